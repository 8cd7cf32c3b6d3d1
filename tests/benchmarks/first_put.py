"""The yardstick of a cold start: a process that imports boto3, makes a client, puts one item and ends. A script."""

import os

import boto3

boto3.client("dynamodb").put_item(
    TableName=os.environ["MILEPOST_TABLE_LOG"],
    Item={"epoch": {"S": "e"}, "version": {"N": "0"}, "nonce": {"S": "n"}, "body": {"S": "x" * 300}},
)
