"""Probes and metrics for machines."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from app.clock import utc_now
from app.errors import Forbidden
from app.health.checks import Check, State, run_checks
from app.health.metrics import metrics_text
from app.web.access import AccessRule, Forgery, public
from app.web.settings import current_settings

blueprint = Blueprint("health", __name__)

#: A request that came through a proxy is nobody local, whatever its last hop says.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def is_operator() -> bool:
    """Say whether the caller may see details: by the token, or on this machine without one."""
    token = current_settings().metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _refuse_strangers() -> None:
    if not is_operator():
        raise Forbidden


operators = AccessRule("metrics token or this machine", _refuse_strangers, Forgery.BEARER)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process is alive; asks nothing else."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Say whether this process should get requests, and what is worse than it should be."""
    checks = run_checks(current_settings(), now=utc_now())
    failed = [check for check in checks if check.state is State.FAILED]
    degraded = [check for check in checks if check.state is State.DEGRADED]
    body: dict[str, object] = {
        "status": "failed" if failed else "degraded" if degraded else "ready",
        "failed": [_told(check) for check in failed],
        "degraded": [_told(check) for check in degraded],
    }
    if is_operator():
        body["checks"] = {check.name: check.state for check in checks}
    response = jsonify(body)
    response.status_code = 503 if failed else 200
    return response


def _told(check: Check) -> str:
    return f"{check.name}: {check.detail}" if is_operator() else check.name


@blueprint.get("/metrics")
@operators
def metrics() -> Response:
    """Give the metrics in Prometheus' text format."""
    return Response(metrics_text(now=utc_now()), content_type=CONTENT_TYPE_LATEST)
