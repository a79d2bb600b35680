"""A run whose heartbeats stop is told as crashed by the server, wherever its machine has gone.

Only a rule on the server (an automation) acts on heartbeats that are missing. It looks at our runs alone, by their tag:
those of others may beat more slowly.
"""

from datetime import timedelta

TAG = "filmcomic"
"""Borne by every run of ours."""
EVERY_S = 30
RULE = "filmcomic: runs without heartbeat have crashed"

_SILENCE_S = 4 * EVERY_S
_ENDS = ("Completed", "Failed", "Crashed", "Cancelled", "TimedOut", "Paused", "Suspended", "AwaitingRetry")
"""After these no heartbeat is due."""


def watch_heartbeats() -> None:
    """Have the server in use crash our runs whose heartbeats stop; once, however often it is called."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

    beat = "prefect.flow-run.heartbeat"
    rule = AutomationCore(
        name=RULE,
        description="Made by make worker. A run that is silent for so long was killed, or its machine went down.",
        enabled=True,
        trigger=EventTrigger(
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related={"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"},
            for_each={"prefect.resource.id"},
            after={beat},
            expect={beat, *(f"prefect.flow-run.{name}" for name in _ENDS)},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=_SILENCE_S),
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=f"no heartbeat for {_SILENCE_S} s")],
    )
    with get_client(sync_client=True) as client:
        known = client.read_automations_by_name(RULE)
        if known:
            client.update_automation(known[0].id, rule)
        else:
            client.create_automation(rule)
        for double in known[1:]:
            client.delete_automation(double.id)
