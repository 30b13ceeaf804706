"""compose.yaml: hardened throughout, and nothing in it that is not there: secrets, networks, volumes, ports, settings."""

from typing import Any

import pytest

from tests.deploy.parsed import DEPLOY, READ_BY_OTHERS, SECRETS, SETTINGS, WORKER_MB, default, documents, offered, seconds

FOLDER = DEPLOY / "compose"
(COMPOSE,) = documents(FOLDER / "compose.yaml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


@each_service
def test_every_service_is_confined(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("user", "1:1").split(":")[0] != "0"
    assert "privileged" not in service and "cap_add" not in service
    assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])


@each_service
def test_every_service_is_watched_limited_and_pinned(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert service["logging"]["options"]["max-size"]
    assert not service["image"].endswith(":latest") and ":" in service["image"]


@each_service
def test_all_that_a_service_names_is_there(service: dict[str, Any]) -> None:
    assert {*service["networks"]} <= COMPOSE["networks"].keys()
    assert {*service.get("secrets", [])} <= COMPOSE["secrets"].keys()
    assert {*service.get("depends_on", {})} <= SERVICES.keys()
    assert all("healthcheck" in SERVICES[name] for name in service.get("depends_on", {}))
    for volume in service.get("volumes", []):
        source, target = volume.split(":")[:2]
        assert source in COMPOSE["volumes"] or source == "./backups" or (FOLDER / source).is_file(), volume
        assert target.startswith("/")


def test_only_the_proxy_is_reached_from_outside_and_only_it_reaches_out() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    closed = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert [name for name, service in SERVICES.items() if not closed.issuperset(service["networks"])] == ["proxy"]
    assert "back" not in SERVICES["proxy"]["networks"]


def test_who_asks_is_believed_of_the_proxys_network_alone() -> None:
    (subnet,) = (each["subnet"] for each in COMPOSE["networks"]["front"]["ipam"]["config"])
    assert SERVICES["service"]["environment"]["FORWARDED_ALLOW_IPS"] == subnet
    assert [name for name, service in SERVICES.items() if "front" in service["networks"]] == ["proxy", "service"]


def test_what_is_set_exists_and_secrets_are_files() -> None:
    environment = SERVICES["service"]["environment"]
    assert environment.keys() <= SETTINGS | READ_BY_OTHERS
    assert environment.keys().isdisjoint(SECRETS)
    of_service = {*SERVICES["service"]["secrets"]}
    assert of_service <= SECRETS
    assert environment["PC_SECRETS_DIR"] == "/run/secrets"
    for name, secret in COMPOSE["secrets"].items():
        assert secret["file"].startswith("./secrets/")
        assert secret["file"].removeprefix("./secrets/").removesuffix(".pem") == name
    port = SERVICES["vectors"]["entrypoint"][-1]
    assert environment["PC_CHROMA_URL"] == f"http://vectors:{port}"
    assert port in SERVICES["vectors"]["healthcheck"]["test"][-1]
    assert SERVICES["database"]["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/database-password"


def test_the_example_of_the_environment_names_settings_and_no_secret() -> None:
    names = offered(FOLDER / ".env.example").keys()
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    assert {name for name in names if name.startswith("PC_")} <= SETTINGS - SECRETS
    assert all(f"${{{name}:-" in text for name in names if not name.startswith("PC_"))
    assert offered(FOLDER / ".env.example")["PC_AUTHENTICATION"] == "true"


def test_what_is_under_way_is_answered_before_the_service_is_killed() -> None:
    assert seconds(SERVICES["service"]["stop_grace_period"]) > default("question_seconds")


def test_the_service_may_take_the_memory_that_its_workers_and_reading_a_file_need() -> None:
    service = SERVICES["service"]
    workers = int(service["command"][service["command"].index("--workers") + 1])
    limit = int(service["deploy"]["resources"]["limits"]["memory"].removesuffix("G")) * 1024
    assert limit > workers * WORKER_MB + int(service["environment"]["PC_READ_MEMORY_MB"])
