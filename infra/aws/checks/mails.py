"""Whether anybody would learn of a milestone or of an alarm."""

from collections.abc import Iterator

from infra.aws.checks.finding import FAILED, OK, UNKNOWN, Finding, Subject
from infra.aws.installation import ALARM_TOPIC_ARN, TOPIC_ARN

_ALARM = "AWS::CloudWatch::Alarm"

_TOPICS = {"mails of milestones": TOPIC_ARN, "mails of alarms": ALARM_TOPIC_ARN}


def subscriptions(subject: Subject) -> Iterator[Finding]:
    """Looks whether the owner has confirmed the subscriptions."""
    for name, output in _TOPICS.items():
        topic = subject.stack.output(output)
        attributes = subject.account.call("sns", "get_topic_attributes", TopicArn=topic)["Attributes"]
        confirmed, pending = (int(attributes.get(f"Subscriptions{state}", 0)) for state in ("Confirmed", "Pending"))
        if confirmed and not pending:
            yield Finding(name, OK, f"{confirmed} confirmed")
        elif pending:
            advice = "follow the link in the mail from AWS Notifications"
            yield Finding(name, FAILED, f"{confirmed} confirmed, {pending} not yet", advice)
        else:
            advice = "deploy again with MILEPOST_MAIL_TO set; a link not followed for three days is void"
            yield Finding(name, FAILED, "nobody is subscribed", advice)


def alarms(subject: Subject) -> Iterator[Finding]:
    """Looks whether an alarm is raised, or could not tell anybody."""
    names = subject.named(_ALARM)
    if not names:
        yield Finding("alarms", FAILED, "there are none", "run make deploy")
        return
    for alarm in subject.account.all("cloudwatch", "describe_alarms", "MetricAlarms", AlarmNames=names):
        state = alarm["StateValue"]
        check = f"alarm {alarm['AlarmName']}"
        if not alarm.get("ActionsEnabled") or not alarm.get("AlarmActions"):
            yield Finding(check, FAILED, "it tells nobody", "run make deploy")
        elif state == "ALARM":
            yield Finding(check, FAILED, alarm.get("AlarmDescription") or "it is raised", "docs/operating.md, Alarms")
        elif state == "OK":
            yield Finding(check, OK, "quiet")
        else:
            yield Finding(check, UNKNOWN, "no data yet", "wait until there are visits, then look again")
