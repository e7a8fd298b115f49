"""Scripts are made small without changing what they say."""

from __future__ import annotations

import re

import pytest

from app.widget.assets import MODULES, SOURCES, join_modules, squeeze_script, squeeze_sheet


def test_comments_and_space_go_and_strings_stay():
    source = """
/** A comment
 * over lines. */
const a = "two  spaces // and { braces }";
  // a note
const b = `line one
  ${a} , x`;
if (a) {
  b = { c: 1, };
}
"""
    assert squeeze_script(source) == (
        'const a="two  spaces // and { braces }";const b=`line one\n  ${a} , x`;if(a){b={c:1}}'
    )


def test_sheet():
    assert squeeze_sheet("/* x */ .a , .b { color: red ; }\n@media (a) { .c > d { e: f } }") == (
        ".a,.b{color: red}@media (a){.c>d{e: f}}"
    )


STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`')
COMMENT = re.compile(r"^[ \t]*(//.*|/\*.*?\*/[ \t]*)$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["loader.js", *MODULES])
def test_sources_are_written_as_the_squeezing_expects(name):
    code = STRING.sub("", COMMENT.sub("", (SOURCES / name).read_text("utf-8")))

    assert "'" not in code
    assert "/*" not in code
    assert not re.search(r"\s//", code)
    assert not re.search(r"\+ \+|- -", code)


def test_every_module_is_joined():
    written = {path.name for path in SOURCES.glob("*.js")} - {"loader.js"}
    assert written == set(MODULES)


def test_modules_see_only_what_they_import():
    joined = join_modules(
        {
            "a": "const own = 1;\nexport const given = () => own;\nexport class Kind {}\n",
            "b": 'import { given as taken } from "./a.js";\nconst own = taken;\n',
        }
    )
    assert joined == (
        "const modules = {};\n"
        "modules.a = (() => {\nconst own = 1;\nconst given = () => own;\nclass Kind {}\n\n"
        "return { given, Kind };\n})();\n"
        "modules.b = (() => {\nconst { given: taken } = modules.a;\nconst own = taken;\n\n"
        "return {  };\n})();"
    )


@pytest.mark.parametrize("line", ["export default 1;", 'import x from "./a.js";', "export {a};"])
def test_an_unknown_way_to_import_or_export_is_refused(line):
    with pytest.raises(ValueError, match="unknown way"):
        join_modules({"a": line})


@pytest.mark.parametrize("name", MODULES)
def test_each_module_stands_behind_those_it_imports(name):
    imported = re.findall(r'from "\./(\w+\.js)"', (SOURCES / name).read_text("utf-8"))
    assert all(MODULES.index(other) < MODULES.index(name) for other in imported)
