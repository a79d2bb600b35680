"""Who is told when a comic is done or could not be made: an address that the server calls, as an automation of Prefect.

The server does it, so the word comes too when a run's process was killed. For e-mail, Slack, Teams Prefect has a
block each, which the automation can be given on its page (`Send a notification`).
"""

from urllib.parse import urlsplit

from configs.errors import InputError
from tasks.serving.rules.dead_runs import TAG

NOTICE = "filmcomic: tell when a comic is done or failed"
ADDRESS = "FILMCOMIC_NOTIFY"
"""Names the address that is called, with POST and JSON."""
_BLOCK = "filmcomic-notify"
_ENDS = ("Completed", "Failed", "Crashed", "TimedOut", "Cancelled")
_FLOWS = ("make-comic", "make-comics", "stylize-media")
_MESSAGE = (
    '{"film": {{ (flow_run.parameters.film or flow_run.parameters.folder or flow_run.name) | string | tojson }}, '
    '"flow": {{ flow.name | tojson }}, "state": {{ flow_run.state.name | tojson }}, '
    '"message": {{ (flow_run.state.message or "") | tojson }}, "run": {{ flow_run | ui_url | tojson }}}'
)
"""What is sent, as Prefect's templates have it."""


def tell_ends(address: str) -> None:
    """Have the server call an address when a comic is done or failed; once, however often this is called.

    Args:
        address: It takes a POST of JSON: `film` (or the folder), `flow`, `state`, `message`, and the page of the `run`.

    Raises:
        InputError: It is no address of the web.
    """
    from prefect.blocks.webhook import Webhook
    from prefect.client.orchestration import get_client
    from prefect.events.actions import CallWebhook
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        raise InputError(f"{ADDRESS} is no address of the web", cure="give one as in https://films.example/done")
    block = Webhook(url=address, headers={"Content-Type": "application/json"}).save(_BLOCK, overwrite=True)
    rule = AutomationCore(
        name=NOTICE,
        description=f"Made by make worker for {ADDRESS}.",
        enabled=True,
        trigger=EventTrigger(
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related=[
                {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"},
                {"prefect.resource.role": "flow", "prefect.resource.name": list(_FLOWS)},
            ],
            expect={f"prefect.flow-run.{name}" for name in _ENDS},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[CallWebhook(block_document_id=block, payload=_MESSAGE)],
    )
    with get_client(sync_client=True) as client:
        known = client.read_automations_by_name(NOTICE)
        if known:
            client.update_automation(known[0].id, rule)
        else:
            client.create_automation(rule)
