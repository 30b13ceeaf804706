"""The manifests: valid by Kubernetes' own schemas, restricted as its strictest profile asks, and whole: whatever one names another makes."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from pc_assistant.web.envelope import MAX_BODY
from tests.deploy.parsed import DEPLOY, READ_BY_OTHERS, SECRETS, SETTINGS, WORKER_MB, default, documents
from tests.test_run import ROOT

FOLDER = DEPLOY / "kubernetes"
(KUSTOMIZATION,) = documents(FOLDER / "kustomization.yaml")
OPTIONAL = ["egress.example.yaml", "secret.example.yaml"]
FILES = [*KUSTOMIZATION["resources"], *OPTIONAL]
ALL = [document for name in FILES for document in documents(FOLDER / name)]
ROUTES = {"/healthz", "/readyz", "/api/v2/heartbeat"}


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {document["metadata"]["name"]: document for document in ALL if document["kind"] == kind}


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every template of a pod."""
    for document in ALL:
        spec = document.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield document["metadata"]["name"], template


PODS = dict(pods())
each_pod = pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
SETTINGS_MAP = of_kind("ConfigMap")["settings"]["data"]
SECRET = of_kind("Secret")["secrets"]["stringData"]


def test_every_file_is_named_or_an_example() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {"kustomization.yaml", *FILES}


@pytest.mark.parametrize("document", ALL, ids=lambda document: f"{document['kind']}-{document['metadata']['name']}")
def test_the_schemas_of_kubernetes_hold(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, "1.34", strict=True)


@each_pod
def test_every_pod_is_restricted(pod: dict[str, Any]) -> None:
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == spec["securityContext"]["fsGroup"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert (
            container["resources"]["limits"].keys() == container["resources"]["requests"].keys() == {"cpu", "memory", "ephemeral-storage"}
        )
        assert "/tmp" in [mount["mountPath"] for mount in container["volumeMounts"]]


@each_pod
def test_no_pod_is_told_of_services_by_variables_that_our_settings_would_refuse(pod: dict[str, Any]) -> None:
    assert pod["spec"]["enableServiceLinks"] is False


@each_pod
def test_what_a_pod_mounts_and_reads_is_there(pod: dict[str, Any]) -> None:
    claims, spec = of_kind("PersistentVolumeClaim"), pod["spec"]
    volumes = {volume["name"]: volume for volume in spec["volumes"]} | {"vectors": {}}
    for volume in volumes.values():
        assert volume.get("persistentVolumeClaim", {}).get("claimName", "data") in claims
        assert volume.get("secret", {}).get("secretName", "secrets") in of_kind("Secret")
    for container in spec["containers"]:
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes.keys()
        assert [each["configMapRef"]["name"] for each in container.get("envFrom", [])] in ([], ["settings"])
        assert container["image"] in {image["name"] for image in KUSTOMIZATION["images"]}
        for name, path in {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}.items():
            assert name != "secrets" or path == SETTINGS_MAP["PC_SECRETS_DIR"]


def test_settings_exist_and_secrets_are_not_among_them() -> None:
    assert SETTINGS_MAP.keys() <= (SETTINGS - SECRETS) | READ_BY_OTHERS
    assert SECRET.keys() <= SECRETS
    assert all(isinstance(value, str) for value in (SETTINGS_MAP | SECRET).values())
    assert "secret.example.yaml" not in KUSTOMIZATION["resources"]


def test_probes_ask_what_the_service_answers() -> None:
    for pod in ("pc-assistant", "vectors"):
        (container,) = PODS[pod]["spec"]["containers"]
        ports = {port["name"] for port in container["ports"]}
        for probe in ("livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["path"] in ROUTES
            assert container[probe]["httpGet"]["port"] in ports
    (service,) = PODS["pc-assistant"]["spec"]["containers"]
    assert service["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert service["livenessProbe"]["httpGet"]["path"] == service["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert PODS["pc-assistant"]["spec"]["terminationGracePeriodSeconds"] > default("question_seconds")


def test_services_disruption_budget_and_ingress_find_what_they_name() -> None:
    labels = [pod["metadata"]["labels"] for pod in PODS.values()]
    for name, service in of_kind("Service").items():
        assert service["spec"]["selector"] in labels
        (port,) = service["spec"]["ports"]
        assert port["targetPort"] in {each["name"] for each in PODS[name]["spec"]["containers"][0]["ports"]}
    (budget,) = of_kind("PodDisruptionBudget").values()
    assert budget["spec"]["selector"]["matchLabels"] in labels
    assert budget["spec"]["minAvailable"] < of_kind("Deployment")["pc-assistant"]["spec"]["replicas"]
    for ingress in of_kind("Ingress").values():
        (rule,) = ingress["spec"]["rules"]
        (path,) = rule["http"]["paths"]
        backend = path["backend"]["service"]
        assert backend["port"]["name"] in {port["name"] for port in of_kind("Service")[backend["name"]]["spec"]["ports"]}
        assert SETTINGS_MAP["PC_PUBLIC_URL"] == f"https://{rule['host']}"
        assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]
    vectors = of_kind("Service")["vectors"]["spec"]["ports"][0]["port"]
    assert SETTINGS_MAP["PC_CHROMA_URL"] == f"http://vectors:{vectors}"


def test_the_ingress_waits_for_and_lets_in_what_the_service_does() -> None:
    said = {name: each["metadata"]["annotations"] for name, each in of_kind("Ingress").items()}
    prefix = "nginx.ingress.kubernetes.io/"
    assert MAX_BODY < int(said["pc-assistant"][f"{prefix}proxy-body-size"].removesuffix("k")) * 1024 < 2 * MAX_BODY
    assert default("upload_mb") < int(said["uploads"][f"{prefix}proxy-body-size"].removesuffix("m"))
    assert default("question_seconds") < int(said["pc-assistant"][f"{prefix}proxy-read-timeout"])
    assert default("read_seconds") < int(said["uploads"][f"{prefix}proxy-read-timeout"])


def test_the_service_may_take_the_memory_that_reading_a_file_needs() -> None:
    for pod in ("pc-assistant", "ingest"):
        limit = PODS[pod]["spec"]["containers"][0]["resources"]["limits"]["memory"]
        assert int(limit.removesuffix("Gi")) * 1024 > int(SETTINGS_MAP["PC_READ_MEMORY_MB"]) + WORKER_MB


def test_the_network_is_closed_but_for_what_is_needed() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nothing-by-default"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert "egress.example.yaml" not in KUSTOMIZATION["resources"]
    reached = {
        (name, port["port"]) for name, policy in policies.items() for way in policy["spec"].get("egress", []) for port in way["ports"]
    }
    assert reached == {
        ("names", 53),
        ("what-the-service-reaches", 8100),
        ("what-the-service-reaches", 5432),
        ("what-the-service-reaches-outside", 443),
    }
    names = {pod["metadata"]["labels"]["app.kubernetes.io/name"] for pod in PODS.values()}
    for policy in policies.values():
        selector = policy["spec"]["podSelector"]
        asked = {*selector.get("matchLabels", {}).values(), *(v for each in selector.get("matchExpressions", []) for v in each["values"])}
        assert asked <= names
    ingress = [
        port["port"]
        for name in ("who-asks-the-service", "who-asks-chroma")
        for way in policies[name]["spec"]["ingress"]
        for port in way["ports"]
    ]
    assert ingress == [PODS[name]["spec"]["containers"][0]["ports"][0]["containerPort"] for name in ("pc-assistant", "vectors")]


def test_yamllint_finds_nothing() -> None:
    tool = shutil.which("yamllint", path=str(Path(sys.executable).parent))
    assert tool, "yamllint is not installed: run ./run test"
    rules = "{extends: default, rules: {braces: disable, comments: disable, document-start: disable, line-length: {max: 200}}}"
    words = [tool, "--strict", "-d", rules, "kubernetes", "compose/compose.yaml", "observability"]
    done = subprocess.run(words, cwd=ROOT / "deploy", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
