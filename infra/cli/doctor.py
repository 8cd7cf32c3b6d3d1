"""`milepost doctor`."""

import click

from infra.cli.context import Context, json_option, needs_deployment_packages, pass_context, print_json
from infra.cli.deploy import deployment_of
from shared.process import now_ms


@click.command()
@json_option
@pass_context
def doctor(context: Context, as_json: bool) -> None:
    """Look at a stack on AWS: what only a real account shows (exit code 1 if something is wrong)."""
    if context.stack is None:
        raise click.UsageError("the doctor looks at a stack on AWS: milepost --stack NAME doctor")
    with needs_deployment_packages():
        from infra.aws.account import open_account
        from infra.aws.doctor import examine, http_fetch
    deployment = deployment_of(context)
    findings = []
    for finding in examine(open_account, (deployment.stack, deployment.site_stack), http_fetch, now_ms):
        findings.append(finding)
        if not as_json:
            advice = f" ({finding.advice})" if finding.advice and finding.state != "ok" else ""
            click.echo(f"{finding.state:8} {finding.check}: {finding.text}{advice}")
    if as_json:
        print_json({"findings": [finding._asdict() for finding in findings]})
    if any(finding.state == "failed" for finding in findings):
        raise SystemExit(1)
