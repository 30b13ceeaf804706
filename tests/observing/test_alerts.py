"""Prometheus itself: every alert fires when it should and is silent when it should be, and all that is asked of it is answered."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import yaml

from tests.observing.test_deployed import FOLDER, expressions, rules
from tests.observing.watched import Watched
from tests.served import served

pytestmark = pytest.mark.prometheus
RULES = FOLDER / "alerts.yaml"
BUCKETS = 'pc_answer_seconds_bucket{answerer="extractive",le='
VERIFIED = "pc_verified_lines_total{outcome="
ANSWERED = 'pc_answers_total{status="answered",reason="none"}'
REFUSED = 'pc_answers_total{status="refused",reason="not_covered"}'

Series = dict[str, str]  # values as promtool writes them: a+bxn is a, a+b, a+2b, ... n more times

# What makes each alert fire, and what is near to it and must not.
FIRES: dict[str, list[Series]] = {
    "PcAssistantDown": [{'up{job="pc-assistant"}': "0x90"}],
    "PcAssistantNotReady": [{'pc_check_ok{check="index"}': "1x90", 'pc_check_ok{check="disk"}': "0x90"}],
    "PcAssistantQuestionsFail": [
        {ANSWERED: "0+97x90", 'pc_ask_failures_total{cause="broken"}': "0+3x90"},
        {'pc_ask_failures_total{cause="broken"}': "0+3x90"},  # not one was ever answered
    ],
    "PcAssistantErrors": [
        {'pc_http_request_seconds_count{status="200"}': "0+97x90", 'pc_http_request_seconds_count{status="503"}': "0+3x90"},
        {'pc_http_request_seconds_count{status="500"}': "0+3x90"},
    ],
    "PcAssistantSlow": [{f'{BUCKETS}"1"}}': "0+90x90", f'{BUCKETS}"2.5"}}': "0+100x90", f'{BUCKETS}"+Inf"}}': "0+100x90"}],
    "PcAssistantRefusesMore": [{ANSWERED: "0+5x90", REFUSED: "0+5x90"}, {REFUSED: "0+5x90"}],
    "PcAssistantVerificationDrops": [{f'{VERIFIED}"kept"}}': "0+6x90", f'{VERIFIED}"dropped"}}': "0+4x90"}],
    "PcAssistantModelFallsBack": [
        {
            'pc_language_model_calls_total{outcome="answered"}': "0+7x90",
            'pc_language_model_calls_total{outcome="unsupported"}': "0+3x90",
        },
        {'pc_language_model_calls_total{outcome="connection"}': "0+3x90"},
    ],
    "PcAssistantTokensRunOut": [
        {
            'pc_language_model_tokens_today{direction="in"}': "50x90",
            'pc_language_model_tokens_today{direction="out"}': "40x90",
            "pc_language_model_tokens_daily_limit": "100x90",
        }
    ],
    "PcAssistantMoneyRunsOut": [{"pc_language_model_cost_today": "9x90", "pc_language_model_cost_daily_limit": "10x90"}],
    "PcAssistantBotsBusy": [{"pc_bot_work": "10x90", "pc_bot_work_limit": "10x90"}],
    "PcAssistantDisliked": [{'pc_feedback{rating="down"}': "1x1440 9x10"}],
    "PcAssistantIndexOld": [{"pc_index_age_seconds": f"{91 * 86400}x90"}],
    "PcAssistantNoDocuments": [{'pc_index_documents{state="cited"}': "0x90", 'pc_index_documents{state="held"}': "5x90"}],
    "PcAssistantFilesRunOut": [{'process_open_fds{job="pc-assistant"}': "900x90", 'process_max_fds{job="pc-assistant"}': "1000x90"}],
}
SILENT: dict[str, list[Series]] = {
    "PcAssistantDown": [{'up{job="pc-assistant"}': "1x90"}, {'up{job="another"}': "0x90"}],
    "PcAssistantNotReady": [{'pc_check_ok{check="index"}': "1x90"}],
    "PcAssistantQuestionsFail": [{ANSWERED: "0+99x90", 'pc_ask_failures_total{cause="busy"}': "0+1x90"}, {ANSWERED: "0+1x90"}],
    "PcAssistantErrors": [
        {'pc_http_request_seconds_count{status="404"}': "0+99x90", 'pc_http_request_seconds_count{status="500"}': "0+1x90"}
    ],
    "PcAssistantSlow": [{f'{BUCKETS}"1"}}': "0+99x90", f'{BUCKETS}"2.5"}}': "0+100x90", f'{BUCKETS}"+Inf"}}': "0+100x90"}],
    "PcAssistantRefusesMore": [{ANSWERED: "0+8x90", REFUSED: "0+2x90"}, {REFUSED: "0x60 19x60"}],
    "PcAssistantVerificationDrops": [{f'{VERIFIED}"kept"}}': "0+9x90", f'{VERIFIED}"dropped"}}': "0+1x90"}],
    "PcAssistantModelFallsBack": [
        {
            'pc_language_model_calls_total{outcome="answered"}': "0+9x90",
            'pc_language_model_calls_total{outcome="unsupported"}': "0+1x90",
        }
    ],
    "PcAssistantTokensRunOut": [
        {'pc_language_model_tokens_today{direction="in"}': "79x90", "pc_language_model_tokens_daily_limit": "100x90"}
    ],
    "PcAssistantMoneyRunsOut": [
        {"pc_language_model_cost_today": "7x90", "pc_language_model_cost_daily_limit": "10x90"},
        {"pc_language_model_cost_today": "7x90"},  # no limit is set
    ],
    "PcAssistantBotsBusy": [{"pc_bot_work": "1x90", "pc_bot_work_limit": "10x90"}, {"pc_bot_work": "0x90", "pc_bot_work_limit": "0x90"}],
    "PcAssistantDisliked": [{'pc_feedback{rating="down"}': "1x1440 5x10"}],
    "PcAssistantIndexOld": [{"pc_index_age_seconds": f"{89 * 86400}x90"}],
    "PcAssistantNoDocuments": [{'pc_index_documents{state="cited"}': "1x90"}],
    "PcAssistantFilesRunOut": [{'process_open_fds{job="pc-assistant"}': "20x90", 'process_max_fds{job="pc-assistant"}': "1000x90"}],
}


def test_every_alert_is_tried_both_ways() -> None:
    assert FIRES.keys() == SILENT.keys() == {rule["alert"] for rule in rules()}


def test_each_alert_fires_when_it_should_and_no_sooner(tmp_path: Path) -> None:
    tests = [
        {
            "interval": "1m",
            "name": f"{name}, {'firing' if fires else 'silent'}, {number}",
            "input_series": [{"series": one, "values": values} for one, values in series.items()],
            "promql_expr_test": [
                {
                    "expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}})',
                    "eval_time": f"{length(series)}m",
                    "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
                }
            ],
        }
        for cases, fires in ((FIRES, True), (SILENT, False))
        for name, each in cases.items()
        for number, series in enumerate(each)
    ]
    path = tmp_path / "tests.yaml"
    path.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}), encoding="utf-8")
    done = subprocess.run([tool("promtool"), "test", "rules", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def length(series: Series) -> int:
    """Minutes that the longest series lasts."""
    return max(sum(int(times) for times in re.findall(r"x(\d+)", values)) for values in series.values())


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A Prometheus that scrapes a service, with our rules."""
    folder = tmp_path_factory.mktemp("prometheus")
    with served(Watched().app(folder)) as service, socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
        target = {"job_name": "pc-assistant", "static_configs": [{"targets": [service.removeprefix("http://")]}]}
        every = {"scrape_interval": "200ms", "scrape_timeout": "200ms", "evaluation_interval": "200ms"}
        config = {"global": every, "rule_files": [str(RULES)], "scrape_configs": [target]}
        (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
        assert httpx2.post(f"{service}/v1/chat", json={"question": "When?"}).status_code == 200
        free.close()
        words = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address={address}"]
        with subprocess.Popen([tool("prometheus"), *words, "--log.level=error"], cwd=folder) as process:
            try:
                with httpx2.Client(base_url=f"http://{address}/api/v1") as client:
                    wait(client)
                    yield client
            finally:
                process.terminate()


def wait(client: httpx2.Client) -> None:
    """Until it has scraped the service and evaluated the rules."""
    for _ in range(300):
        try:
            groups = client.get("/rules").json()["data"]["groups"]
            if answer(client, "pc_answers_total") and all(rule["health"] == "ok" for group in groups for rule in group["rules"]):
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("Prometheus has not come up")


def answer(client: httpx2.Client, expression: str) -> list[object]:
    found = client.get("/query", params={"query": expression}).json()
    assert found["status"] == "success", found
    result: list[object] = found["data"]["result"]
    return result


def test_prometheus_scrapes_the_service(prometheus: httpx2.Client) -> None:
    (target,) = prometheus.get("/targets").json()["data"]["activeTargets"]
    assert (target["health"], target["lastError"]) == ("up", "")
    assert answer(prometheus, 'up{job="pc-assistant"}')


def test_all_that_the_dashboard_and_the_rules_ask_is_answered(prometheus: httpx2.Client) -> None:
    for expression in expressions():
        answer(prometheus, expression.replace("$job", ".+").replace("$__rate_interval", "1m"))
    assert [one["labels"]["alertname"] for one in prometheus.get("/alerts").json()["data"]["alerts"]] == []


def tool(name: str) -> str:
    found = shutil.which(name, path=os.environ["PATH"])
    assert found, f"{name} is not installed: run the tests by ./run test, which sees to it."
    return found
