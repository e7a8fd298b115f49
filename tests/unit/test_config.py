"""Settings come from the environment once, and the signing key is made once."""

from __future__ import annotations

import stat

import pytest

from app.config import Settings, from_env


def test_environment_values_are_converted(tmp_path):
    settings = from_env(
        {
            "DATA_DIR": str(tmp_path),
            "PORT": "9100",
            "BASE_URL": "https://help.example.com/",
            "SECRET_KEY": "k",
            "UNRELATED": "x",
        }
    )
    assert settings.port == 9100
    assert settings.base_url == "https://help.example.com"
    assert settings.database_uri == f"sqlite:///{tmp_path / 'foreword.db'}"


def test_a_number_that_is_none_names_its_variable(tmp_path):
    with pytest.raises(ValueError, match="PORT"):
        from_env({"DATA_DIR": str(tmp_path), "PORT": "eight"})


def test_postgresql_addresses_get_the_driver_we_ship(tmp_path):
    settings = Settings(data_dir=tmp_path, database_url="postgresql://u@h/d")
    assert settings.database_uri == "postgresql+psycopg://u@h/d"


def test_the_signing_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = from_env({"DATA_DIR": str(tmp_path)})
    second = from_env({"DATA_DIR": str(tmp_path)})
    assert len(first.secret_key) == 64
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
