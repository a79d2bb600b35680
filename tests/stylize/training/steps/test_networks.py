"""The networks of a training: their precision, their norms, their mean, their first weights."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from stylize.training import trainer  # noqa: E402
from stylize.training.steps.adversary import AdversarialPhase  # noqa: E402
from stylize.training.steps.networks import Mean, Networks, make_generator  # noqa: E402
from tests.arithmetic import near  # noqa: E402
from tests.stylize.training.trainings import plan  # noqa: E402

pytestmark = pytest.mark.usefixtures("alone_on_a_thread", "small_features")


class TestNetworks:
    def test_half_precision_arithmetic_stays_near(self, pictures: Path, tmp_path: Path) -> None:
        """The discriminator's norms are computed in fp32 whatever its convolutions are."""
        found = {}
        for precision in ("fp32", "bf16"):
            wanted = {"init_steps": 0, "steps": 1, "precision": precision, "region_weight": 1, "surface_weight": 1}
            given = plan(pictures, tmp_path / precision, wanted=wanted)
            networks, material = Networks(given), trainer.Material(given)
            phase = AdversarialPhase(given.settings, networks, material, 0, 1)
            phase.begin()
            found[precision] = {name: float(value) for name, value in phase.step(0, phase.sample(0)).items()}
        assert found["fp32"].keys() == found["bf16"].keys() >= {"content", "regions", "surface", "discriminator"}
        for name, value in found["fp32"].items():
            assert found["bf16"][name] == pytest.approx(value, rel=0.1), name
            assert found["bf16"][name] != value or name == "surface"

    def test_norms_with_statistics_are_fixed_against_the_discriminator(self, pictures: Path, tmp_path: Path) -> None:
        wanted = {"network": "atelier", "init_steps": 1, "steps": 1, "g_lr": 1e-3}
        given = plan(pictures, tmp_path / "out", wanted=wanted)
        networks, material = Networks(given), trainer.Material(given)
        moved = []
        for phase in trainer.plan_phases(given.settings, networks, material):
            before = {name: value.clone() for name, value in networks.generator.state_dict().items()}
            phase.begin()
            phase.step(phase.first, phase.sample(phase.first))
            now = networks.generator.state_dict()
            moved.append(
                {name.rpartition(".")[2] for name, value in before.items() if not torch.equal(value, now[name])}
            )
        assert "running_mean" in moved[0]
        assert "weight" in moved[1] and not moved[1] & {"running_mean", "running_var", "num_batches_tracked"}

    def test_the_mean_of_weights(self) -> None:
        network = nn.Linear(1, 1, bias=False)
        nn.init.constant_(network.weight, 1)
        mean = Mean(network, 0.5)
        nn.init.constant_(network.weight, 3)
        mean.follow(network, 0)  # memory 1 / 10
        assert mean.network.weight.item() == near(0.1 * 1 + 0.9 * 3, terms=2)
        mean.follow(network, 1000)
        assert mean.network.weight.item() == near((2.8 + 3) / 2, terms=4)

    def test_the_seed_alone_decides_the_first_weights(self) -> None:
        for name in ("lite", "atelier"):
            torch.manual_seed(0)
            first = make_generator(name, 5).state_dict()
            torch.manual_seed(1)
            state = torch.get_rng_state()
            second, other = make_generator(name, 5).state_dict(), make_generator(name, 6).state_dict()
            assert torch.equal(torch.get_rng_state(), state)
            assert all(torch.equal(value, second[key]) for key, value in first.items())
            assert not all(torch.equal(value, other[key]) for key, value in first.items())
