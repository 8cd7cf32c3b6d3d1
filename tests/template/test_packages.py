"""What goes into the functions' packages, told by their imports; nothing is downloaded here."""

import json
import zipfile
from pathlib import Path

import pytest

from infra.aws import packages
from infra.aws.config import Platform
from infra.aws.locked import Pin, read_pins
from infra.aws.packages import PackagingFailed, build_packages, requirements_of
from infra.aws.reach import ROOT, reach

LAMBDA = Platform()


def names(service: str) -> set[str]:
    return {pin.name for pin in requirements_of(service, LAMBDA)[1]}


def modules(service: str) -> set[str]:
    return {file.relative_to(ROOT).as_posix() for file in requirements_of(service, LAMBDA)[0].files}


def test_ingest_is_small() -> None:
    assert names("ingest") == {"botocore", "iptocc", "jmespath", "python-dateutil", "six", "tzdata", "urllib3"}


def test_the_projector_has_what_it_folds_with_and_no_web_framework() -> None:
    assert {"botocore", "crawler-user-agents", "hyperloglog", "numpy", "tzdata"} <= names("projector")
    assert not {"pydantic", "aws-lambda-powertools", "starlette", "boto3", "aws-cdk-lib"} & names("projector")


def test_query_has_what_it_answers_with() -> None:
    assert {"aws-lambda-powertools", "pydantic", "pydantic-core", "annotated-types"} <= names("query")
    assert not {"starlette", "uvicorn", "click", "boto3"} & names("query")


@pytest.mark.parametrize("service", packages.SERVICES)
def test_no_package_holds_another_service_or_the_other_engine(service: str) -> None:
    assert f"services/{service}/lambda_function.py" in modules(service)
    assert "shared/engines/dynamodb/client.py" in modules(service)
    strangers = [f"services/{other}/" for other in packages.SERVICES if other != service]
    strangers += ["shared/engines/sqlite/", "infra/", "tests/"]
    assert not [module for module in modules(service) if module.startswith(tuple(strangers))]


def test_a_package_on_the_way_counts_with_its_own_import_only() -> None:
    """`open_engine` imports the read models on first use; who only needs the client does not get them."""
    client = {file.relative_to(ROOT).as_posix() for file in reach("shared.engines.dynamodb.client").files}
    assert "shared/engines/dynamodb/__init__.py" in client
    assert "shared/engines/dynamodb/read_models.py" not in client
    engine = {file.relative_to(ROOT).as_posix() for file in reach("shared.engines.dynamodb.open_engine").files}
    assert "shared/engines/dynamodb/read_models.py" in engine


def test_every_locked_distribution_is_read() -> None:
    lock = ROOT / "requirements" / "deploy.txt"
    pins = read_pins(lock)
    assert len(pins) == sum("==" in line and not line.startswith("#") for line in lock.read_text().splitlines())
    assert all(pin.hashes for pin in pins)
    assert {"botocore"} <= next(pin.via for pin in pins if pin.name == "jmespath")


def test_a_pin_is_picked_for_the_platform_and_not_for_this_machine() -> None:
    old = Pin("numpy", "1", "python_full_version < '3.12'", (), frozenset())
    assert old.fits(Platform(python="3.11"))
    assert not old.fits(LAMBDA)
    new = old._replace(marker="python_full_version >= '3.12'")
    assert (new.fits(Platform(python="3.11")), new.fits(Platform(python="3.12")), new.fits(LAMBDA)) == (
        False,
        True,
        True,
    )
    with pytest.raises(ValueError, match="locked for sys_platform"):
        old._replace(marker="sys_platform == 'win32'").fits(LAMBDA)


def pretend_to_install(pins: list[Pin], platform: Platform, target: Path) -> None:
    for name in (
        *("botocore/__init__.py", "botocore/data/endpoints.json", "botocore/data/dynamodb/2012/service.json.gz"),
        *("botocore/data/ec2/2016/service.json.gz", "numpy/tests/test_a.py", "numpy/a.pyi", "numpy/__pycache__/a.pyc"),
        *("six-1.dist-info/METADATA", "six-1.dist-info/RECORD", "bin/jp.py"),
    ):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(name)
    services = {"dynamodb": {"a": 1}, "ec2": {"b": 2}, "sns": {}}
    (target / "botocore/data/endpoints.json").write_text(json.dumps({"partitions": [{"services": services}]}))


def test_the_same_inputs_give_the_same_bytes_without_what_is_needless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "_install", pretend_to_install)
    first = build_packages(LAMBDA, tmp_path / "one", lambda line: None)
    second = build_packages(LAMBDA, tmp_path / "two", lambda line: None)
    assert [package.file.read_bytes() for package in first] == [package.file.read_bytes() for package in second]
    with zipfile.ZipFile(first[0].file) as archive:
        entries = archive.namelist()
        assert entries == sorted(entries)
        endpoints = json.loads(archive.read("botocore/data/endpoints.json"))
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o644}
    assert endpoints == {"partitions": [{"services": {"dynamodb": {"a": 1}, "sns": {}}}]}
    foreign = {entry for entry in entries if not entry.startswith(("services/", "shared/"))}
    assert foreign == {
        *("botocore/__init__.py", "botocore/data/endpoints.json", "botocore/data/dynamodb/2012/service.json.gz"),
        "six-1.dist-info/METADATA",
    }


def test_what_was_built_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_install", pretend_to_install)
    before = build_packages(LAMBDA, tmp_path, lambda line: None)
    stamps = [package.file.stat().st_mtime_ns for package in before]

    def unexpected(*_: object) -> None:
        raise AssertionError("nothing has changed")

    monkeypatch.setattr(packages, "_install", unexpected)
    monkeypatch.setattr(packages, "_pack", unexpected)
    again = build_packages(LAMBDA, tmp_path, lambda line: None)
    assert [package.file.stat().st_mtime_ns for package in again] == stamps
    with pytest.raises(AssertionError, match="nothing has changed"):
        build_packages(Platform("x86_64", "3.11"), tmp_path, lambda line: None)


def test_wheels_that_cannot_be_had_are_told(tmp_path: Path) -> None:
    missing = Pin("milepost-has-no-such-wheel", "1", "", (f"--hash=sha256:{'0' * 64}",), frozenset())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        with pytest.raises(PackagingFailed, match=r"python3\.14 on arm64: .*milepost-has-no-such-wheel"):
            packages._install([missing], LAMBDA, tmp_path / "wheels")
