"""An AWS account in one object: stacks that take what they are told, and what was done, in order."""

# ruff: noqa: N803 - parameters have the names that AWS gave them

import json
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError


class Cloud:
    """Every service at once; each method is an operation of botocore's client."""

    def __init__(self, outputs: dict[str, dict[str, str]]) -> None:
        self.outputs = outputs
        self.stacks: dict[str, dict[str, str]] = {}
        self.proposed: dict[str, dict[str, str]] = {}
        self.done: list[str] = []
        self.kept = ["TablesLog", "DeadLetters"]
        self.objects = ["letter"]
        self.confirmed = 0
        self.imported: dict[str, Any] = {}
        self.streaming: set[str] = set()
        self.new_views = ""
        self.events = 0
        self.meta = type("Meta", (), {"region_name": "eu-central-1"})

    # CloudFormation

    def describe_stacks(self, StackName: str) -> Any:
        name = StackName.removeprefix("id-")
        if name not in self.stacks:
            status = "REVIEW_IN_PROGRESS" if name in self.proposed else "DELETE_COMPLETE"
            if not StackName.startswith("id-") and name not in self.proposed:
                self._refuse("ValidationError", f"Stack with id {name} does not exist")
            return {"Stacks": [{"StackName": name, "StackId": f"id-{name}", "StackStatus": status}]}
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in self.stacks[name].items()]
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs[name].items()]
        stack = {"StackName": name, "StackId": f"id-{name}", "StackStatus": "UPDATE_COMPLETE"}
        return {"Stacks": [{**stack, "Outputs": outputs, "Parameters": parameters}]}

    def create_change_set(self, StackName: str, ChangeSetType: str, **given: Any) -> None:
        if ChangeSetType == "IMPORT":
            resources = json.loads(given["TemplateBody"])["Resources"]
            assert set(resources) == {one["LogicalResourceId"] for one in given["ResourcesToImport"]}
            self.imported = {
                one["ResourceIdentifier"]["TableName"]: resources[one["LogicalResourceId"]]
                for one in given["ResourcesToImport"]
            }
        else:
            assert ChangeSetType == ("UPDATE" if StackName in self.stacks else "CREATE")
        parameters = given.get("Parameters", ())
        self.proposed[StackName] = {one["ParameterKey"]: one["ParameterValue"] for one in parameters}

    def describe_change_set(self, StackName: str, **_: Any) -> Any:
        if self.stacks.get(StackName) == self.proposed[StackName]:
            return {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
        change = {"Action": "Add", "LogicalResourceId": "TablesLog", "ResourceType": "AWS::DynamoDB::Table"}
        return {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": change}]}

    def execute_change_set(self, StackName: str, **_: Any) -> None:
        self.stacks[StackName] = self.proposed.pop(StackName)
        self.done.append(f"deploy {StackName} {self.stacks[StackName]}")

    def delete_change_set(self, StackName: str, **_: Any) -> None:
        self.proposed.pop(StackName, None)

    def delete_stack(self, StackName: str) -> None:
        if self.stacks.pop(StackName, None) is not None:
            self.done.append(f"delete {StackName}")

    def describe_stack_events(self, StackName: str) -> Any:
        self.events += 1
        event = {"EventId": str(self.events), "LogicalResourceId": StackName, "ResourceType": "Stack"}
        newest = {**event, "ResourceStatus": "DONE", "Timestamp": datetime(2026, 11, 22, tzinfo=UTC)}
        return {"StackEvents": [newest, {**event, "EventId": str(self.events - 1)}]}

    def get_template(self, StackName: str) -> Any:
        policies = {name: {"DeletionPolicy": "Retain"} for name in self.kept}
        return {"TemplateBody": json.dumps({"Resources": {**policies, "Views": {"DeletionPolicy": "Delete"}}})}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_stack_resources"
        kinds = {"TablesLog": "AWS::DynamoDB::Table", "DeadLetters": "AWS::S3::Bucket", "Views": "AWS::DynamoDB::Table"}
        listed = [
            {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": f"name-of-{name}"}
            for name, kind in kinds.items()
        ]
        return type("Pages", (), {"paginate": lambda self, **_: [{"StackResourceSummaries": listed}]})()

    # the other services

    def get_caller_identity(self) -> Any:
        return {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/owner"}

    def get_parameter(self, Name: str) -> Any:
        return {"Parameter": {"Value": "21"}}

    def head_object(self, Key: str, **_: Any) -> None:
        pass

    def list_objects_v2(self, Bucket: str) -> Any:
        return {"Contents": [{"Key": key} for key in self.objects]}

    def delete_objects(self, Bucket: str, Delete: dict[str, Any]) -> Any:
        self.objects = [key for key in self.objects if {"Key": key} not in Delete["Objects"]]
        return {}

    def delete_bucket(self, Bucket: str) -> None:
        self.done.append(f"delete {Bucket}")

    def update_table(self, TableName: str, DeletionProtectionEnabled: bool) -> None:
        assert not DeletionProtectionEnabled
        self.done.append(f"unprotect {TableName}")

    def describe_table(self, TableName: str) -> Any:
        stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"} if TableName in self.streaming else {}
        return {"Table": {"TableStatus": "ACTIVE", "StreamSpecification": stream}}

    def delete_table(self, TableName: str) -> None:
        self.done.append(f"delete {TableName}")

    def get_topic_attributes(self, TopicArn: str) -> Any:
        return {"Attributes": {"SubscriptionsConfirmed": str(self.confirmed)}}

    def list_jobs(self, **_: Any) -> Any:
        return {"jobSummaries": []}

    def create_deployment(self, **_: Any) -> Any:
        return {"jobId": "1", "zipUploadUrl": "https://upload"}

    def start_deployment(self, **_: Any) -> None:
        self.done.append("pages")

    def get_job(self, **_: Any) -> Any:
        return {"job": {"summary": {"status": "SUCCEED"}}}

    def _refuse(self, code: str, message: str) -> None:
        raise ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")
