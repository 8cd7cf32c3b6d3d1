import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.aws.assembly import Environment, publish, read_assembly
from infra.aws.problems import AwsProblem
from tests.unit.aws_stubs import ANY, Stubs

HERE = Environment("123456789012", "eu-central-1", "aws")
BUCKET = "cdk-x-assets-123456789012-eu-central-1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An assembly of two stacks: the one that comes first needs the other."""
    destination = {"bucketName": "cdk-x-assets-${AWS::AccountId}-${AWS::Region}"}

    def asset(path: str, packaging: str, key: str) -> dict[str, Any]:
        source = {"path": path, "packaging": packaging}
        return {"source": source, "destinations": {"here": {**destination, "objectKey": key}}}

    artifacts: dict[str, Any] = {"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}
    for name, needed in (("main", ["pages"]), ("pages", [])):
        properties = {
            "templateFile": f"{name}.json",
            "stackTemplateAssetObjectUrl": f"s3://cdk-x-assets-${{AWS::AccountId}}-${{AWS::Region}}/{name}-digest.json",
        }
        dependencies = [*needed, f"{name}.assets"]
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": properties,
            "dependencies": dependencies,
        }
        artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest", "properties": {"file": f"{name}.assets.json"}}
        files = {"t": asset(f"{name}.json", "file", f"{name}-digest.json"), "f": asset("packed", "zip", "folder.zip")}
        (tmp_path / f"{name}.assets.json").write_text(json.dumps({"files": files}))
        (tmp_path / f"{name}.json").write_text(json.dumps({"Parameters": {name: {}}}))
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "inner.txt").write_text("content")
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return tmp_path


def test_stacks_come_after_those_that_they_need(folder: Path) -> None:
    templates = read_assembly(folder)
    assert [template.stack for template in templates] == ["pages", "main"]
    assert templates[1].content == {"Parameters": {"main": {}}}
    assert templates[1].url(HERE) == f"https://s3.eu-central-1.amazonaws.com/{BUCKET}/main-digest.json"
    assert (
        templates[1].url(Environment("1", "cn-north-1", "aws-cn")).startswith("https://s3.cn-north-1.amazonaws.com.cn/")
    )


def test_what_is_missing_in_the_bucket_is_uploaded_and_nothing_else(folder: Path) -> None:
    stubs = Stubs()
    stubs.expect("s3", "head_object", {}, Bucket=BUCKET, Key="pages-digest.json")
    stubs.refuse("s3", "head_object", "404", "Not Found")
    there = {"Bucket": BUCKET, "Key": "folder.zip", "ExpectedBucketOwner": "123456789012"}
    stubs.expect("s3", "put_object", {}, Body=ANY, **there)
    sent = []

    def keep(params: Any, **_: Any) -> None:
        sent.append(params["Body"].read())

    stubs.account.client("s3").meta.events.register_first("provide-client-params.s3.PutObject", keep)
    told: list[str] = []
    assert publish(stubs.account, HERE, read_assembly(folder)[0], told.append) == 1
    assert told == [f"uploading packed to {BUCKET}"]
    with zipfile.ZipFile(io.BytesIO(sent[0])) as archive:
        assert archive.read("inner.txt") == b"content"
    stubs.assert_all_asked()


def test_a_bucket_that_may_not_be_read_is_a_clear_error(folder: Path) -> None:
    stubs = Stubs()
    stubs.refuse("s3", "head_object", "403", "Forbidden")
    with pytest.raises(AwsProblem, match="AWS refused HeadObject: Forbidden"):
        publish(stubs.account, HERE, read_assembly(folder)[0], print)
