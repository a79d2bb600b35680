"""What a training leaves for use: weights in half precision with texts that tell what they are, and their card."""

from stylize.checkpoints.checkpoints import save_weights
from stylize.training.data.material import Material
from stylize.training.data.plan import TrainingOutcome, TrainingPlan
from stylize.training.results.card import write_card
from stylize.training.steps.networks import Networks


def publish(plan: TrainingPlan, outcome: TrainingOutcome, networks: Networks, material: Material) -> TrainingOutcome:
    """Write the weights and their card.

    Args:
        plan: What was asked.
        outcome: What came of it.
        networks: Their painter is written.
        material: What it was trained with.

    Returns:
        The outcome with both files named.

    Raises:
        WeightsError: A weight is no finite number in half precision.
        OutputError: A file cannot be written.
    """
    save_weights(networks.painter, plan.weights, half=True, metadata=_texts(plan, outcome, material.digests))
    card = plan.weights.with_suffix(".md")
    outcome = outcome.model_copy(update={"weights": plan.weights, "card": card})
    pictures = {"photos": material.photos}
    pictures |= {"drawings": material.drawings} if material.drawings else {}
    used = {
        "device": str(networks.device),
        "number format": str(networks.precision).removeprefix("torch."),
        "features": networks.features.name,
    }
    write_card(card, plan, outcome, pictures, used)
    return outcome


def _texts(plan: TrainingPlan, outcome: TrainingOutcome, digests: dict[str, str]) -> dict[str, str]:
    """Return what goes with the weights; nothing of it depends on the hour or the machine."""
    texts = {"style": plan.style, "network": plan.settings.network, "licence": plan.licence}
    return texts | {"steps": str(outcome.step), "settings": plan.settings.model_dump_json()} | digests
