"""Rules of cdk-nag's AWS Solutions pack that a construct breaks on purpose, each with its reason beside it."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Says that a construct breaks a rule on purpose.

    Args:
        construct: The construct; what it is made of is meant too.
        rule: The rule's id, such as "AwsSolutions-S1", or of one finding, "AwsSolutions-IAM5[Resource::*]".
        reason: Why.
    """
    Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))
