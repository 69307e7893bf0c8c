"""Training: the same bits again, pause, stop, resume, changes on the way, and what goes wrong."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from convsim.core.checkpoint import Checkpoint
from convsim.core.errors import DivergedError, LabelError, ParameterError, TrainingError
from convsim.core.examples import IndexedExamples, StreamExamples, as_examples
from convsim.core.layers import Dense, Flatten
from convsim.core.losses import CrossEntropy, Hinge, MeanSquaredError
from convsim.core.network import Network
from convsim.core.optim import SGD, Adam, Cosine, RMSProp
from convsim.core.recipe import Controls, Recipe
from convsim.core.snapshot import Phase, Snapshot
from convsim.core.train import train
from tests.oracles.nets import TorchNet, classes, dropout_net, residual_net, small

NETWORK = small()
DATA = classes(NETWORK, 24)
RECIPE = Recipe(optimizer=SGD(0.05, momentum=0.9), batch=6, epochs=2)
LINEAR = Network((1, 1, 1), [Flatten(), Dense(2)])


def trained(
    network: Network = NETWORK, data: Any = DATA, recipe: Recipe = RECIPE, **more: Any
) -> list[Snapshot]:
    return list(train(network, network.init(0), data, recipe, **more))


def bits(params: Any) -> list[bytes]:
    return [array.tobytes() for layer in params for array in layer.values()]


def checkpoint(shot: Snapshot) -> Checkpoint:
    assert shot.checkpoint is not None
    return shot.checkpoint


def losses(shots: list[Snapshot]) -> list[float]:
    return [shot.loss for shot in shots]


# What comes out


def test_it_learns():
    shots = trained(recipe=Recipe(optimizer=Adam(0.02), batch=8, epochs=12))
    assert shots[0].loss > 0.8
    assert np.mean(losses(shots[-4:-1])) < 0.15
    assert shots[-2].accuracy == 1.0


def test_a_snapshot_after_every_batch_and_one_at_the_end():
    shots = trained(generation=7)
    assert [shot.step for shot in shots] == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert [shot.epoch for shot in shots] == [0, 0, 0, 1, 1, 1, 1, 2, 2]
    epoch = [Phase.RUNNING] * 3 + [Phase.EPOCH]
    assert [shot.phase for shot in shots] == [*epoch, *epoch, Phase.DONE]
    assert {shot.generation for shot in shots} == {7}
    assert [shot.seen for shot in shots] == [6] * 8 + [0]
    assert all((shot.checkpoint is None) == (shot.phase is Phase.RUNNING) for shot in shots)
    assert np.isnan(shots[-1].loss)
    assert bits(shots[-1].params) == bits(shots[-2].params)


def test_between_snapshots_losses_and_accuracies_are_means_over_the_examples():
    data = classes(NETWORK, 22)
    single = trained(data=data, recipe=RECIPE)
    *epochs, last = trained(
        data=data, recipe=Recipe(RECIPE.loss, RECIPE.optimizer, 6, 2, True, np.inf)
    )
    weights = [6, 6, 6, 4]
    for epoch, shots in zip(epochs, (single[:4], single[4:8]), strict=True):
        assert epoch.phase is Phase.EPOCH
        assert epoch.seen == 22
        mean = np.average(losses(shots), weights=weights)
        assert epoch.loss == pytest.approx(mean, rel=1e-12)
        right = np.average([shot.accuracy for shot in shots], weights=weights)
        assert epoch.accuracy == pytest.approx(right)
    assert bits(last.params) == bits(single[-1].params)


def test_the_first_loss_is_that_of_the_first_batch_before_any_change():
    shots = trained(recipe=Recipe(batch=6, shuffle=False))
    scores = Network(NETWORK.input_shape, NETWORK.layers[:-1]).forward(NETWORK.init(0), DATA[0][:6])
    assert shots[0].loss == pytest.approx(CrossEntropy()(scores, DATA[1][:6]), rel=1e-6)
    assert shots[0].accuracy == np.mean(scores.argmax(axis=1) == DATA[1][:6])


def test_snapshots_are_fresh_and_cannot_be_written_to():
    one, two, *_ = trained()
    for a, b in zip(one.params, two.params, strict=True):
        for name in a:
            assert not np.shares_memory(a[name], b[name])
            with pytest.raises(ValueError, match="read-only"):
                a[name][...] = 0


def test_the_parameters_it_begins_with_are_left_alone():
    params = NETWORK.init(0)
    before = bits(params)
    list(train(NETWORK, params, DATA, RECIPE))
    assert bits(params) == before


def test_the_rate_follows_its_schedule():
    optimizer = SGD(0.4, schedule=Cosine(8))
    shots = trained(recipe=Recipe(optimizer=optimizer, batch=6, epochs=2))
    assert [s.rate for s in shots[:-1]] == [optimizer.rate_at(i) for i in range(8)]


def test_running_statistics_are_part_of_the_parameters():
    network = dropout_net()
    shots = trained(network, classes(network, 24))
    means = [shot.params[1]["running_mean"] for shot in shots]
    assert not np.array_equal(means[0], network.init(0)[1]["running_mean"])
    assert not np.array_equal(means[0], means[1])
    # They come from the forward pass alone: of the first batch, a tenth of its mean.
    assert set(shots[0].params[1]) == {"weight", "bias", "running_mean", "running_var"}


def test_values_can_be_learned_too():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 1, 1, 1)).astype(np.float32)
    y = np.concatenate([2 * x[:, 0, 0], 1 - x[:, 0, 0]], axis=1)
    recipe = Recipe(MeanSquaredError(), SGD(0.2), batch=10, epochs=30)
    shots = trained(LINEAR, (x, y), recipe)
    assert shots[-2].loss < 1e-4
    assert np.isnan(shots[0].accuracy)
    np.testing.assert_allclose(shots[-1].params[1]["weight"][:, 0], [2, -1], atol=0.02)


def test_a_stream_trains_as_arrays_do():
    whole = as_examples(DATA)

    def read(seed: int | None, epoch: int) -> Any:
        for pictures, labels in whole.batches(1, seed=seed, epoch=epoch):
            yield pictures[0], labels[0]

    for targets in (None, DATA[1]):
        shots = trained(data=StreamExamples(read, targets))
        assert bits(shots[-1].params) == bits(trained()[-1].params)


# The same bits


@pytest.mark.parametrize("make", [small, residual_net, dropout_net])
def test_one_seed_gives_the_same_bits_over_a_hundred_steps(make):
    network = make()
    data = classes(network, 40)
    recipe = Recipe(optimizer=Adam(0.01), batch=8, epochs=20, publish=0)
    one, two = (trained(network, data, recipe, seed=3) for _ in range(2))
    assert one[-1].step == 100
    assert losses(one[:-1]) == losses(two[:-1])
    assert bits(one[-1].params) == bits(two[-1].params)
    other = trained(network, data, recipe, seed=4)
    assert bits(one[-1].params) != bits(other[-1].params)


@pytest.mark.parametrize("make", [small, dropout_net])
@pytest.mark.parametrize("cut", [1, 3, 4, 5])
@pytest.mark.parametrize(
    "optimizer",
    [SGD(0.05, 0.9, nesterov=True), Adam(0.01, schedule=Cosine(9))],
    ids=["sgd", "adam"],
)
def test_resumed_is_as_if_never_interrupted(make, cut, optimizer):
    network = make()
    data = classes(network, 22)
    recipe = Recipe(optimizer=optimizer, batch=6, epochs=2)
    whole = trained(network, data, recipe, seed=5)
    controls = Controls(recipe)
    first = []
    for shot in train(network, network.init(0), data, controls=controls, seed=5):
        first.append(shot)
        if shot.step == cut:
            controls.stop()
    assert first[-1].phase is Phase.STOPPED
    saved = checkpoint(first[-1]).arrays(network)
    loaded = Checkpoint.from_arrays(network, {name: a.copy() for name, a in saved.items()})
    second = trained(network, data, recipe, resume=loaded)
    assert losses(first[:cut]) + losses(second[:-1]) == losses(whole[:-1])
    assert [s.rate for s in first[:cut] + second[:-1]] == [s.rate for s in whole[:-1]]
    assert bits(second[-1].params) == bits(whole[-1].params)
    assert second[-1].step == whole[-1].step


def test_a_checkpoint_at_the_end_goes_on_with_further_epochs():
    done = trained()[-1]
    more = trained(
        recipe=Recipe(optimizer=RECIPE.optimizer, batch=6, epochs=3), resume=done.checkpoint
    )
    whole = trained(recipe=Recipe(optimizer=RECIPE.optimizer, batch=6, epochs=3))
    assert bits(more[-1].params) == bits(whole[-1].params)
    nothing = trained(resume=done.checkpoint)
    assert [shot.phase for shot in nothing] == [Phase.DONE]


def test_a_checkpoint_with_something_missing_says_what():
    arrays = checkpoint(trained()[-1]).arrays(NETWORK)
    assert {"conv1.weight", "optimizer.momentum", "rng", "counts"} <= set(arrays)
    without = {name: a for name, a in arrays.items() if name != "dense1.bias"}
    with pytest.raises(TrainingError, match=r"has no 'dense1\.bias'; it needs"):
        Checkpoint.from_arrays(NETWORK, without)
    with pytest.raises(ParameterError, match="dense1 needs"):
        Checkpoint.from_arrays(NETWORK, {**arrays, "dense1.bias": np.zeros(9)})


# Pause, stop, change


def test_a_pause_holds_it_and_a_thread_that_resumes_lets_it_go_on():
    controls = Controls(RECIPE)
    running = train(NETWORK, NETWORK.init(0), DATA, controls=controls)
    first = next(running)
    controls.pause()
    assert controls.paused
    held = next(running)
    assert (held.phase, held.step) == (Phase.PAUSED, first.step)
    assert held.checkpoint is not None
    after: list[Snapshot] = []
    worker = threading.Thread(target=lambda: after.extend(running))
    worker.start()
    controls.resume()
    worker.join(30)
    assert bits(after[-1].params) == bits(trained()[-1].params)


def test_a_step_lets_one_batch_through_a_pause():
    controls = Controls(RECIPE)
    controls.pause()
    running = train(NETWORK, NETWORK.init(0), DATA, controls=controls)
    assert next(running).step == 0
    for step in (1, 2):
        controls.step()
        shots = iter(running)
        held = next(shot for shot in shots if shot.phase is Phase.PAUSED)
        assert held.step == step
    controls.resume()
    assert bits(list(running)[-1].params) == bits(trained()[-1].params)


def test_a_pause_can_end_in_a_stop():
    controls = Controls(RECIPE)
    controls.pause()
    running = train(NETWORK, NETWORK.init(0), DATA, controls=controls)
    assert next(running).phase is Phase.PAUSED
    controls.stop()
    (last,) = running
    assert (last.phase, last.step) == (Phase.STOPPED, 0)
    assert bits(last.params) == bits(NETWORK.init(0))


def test_stopped_before_it_began_it_changes_nothing():
    controls = Controls(RECIPE)
    controls.stop()
    assert controls.stopped
    (only,) = train(NETWORK, NETWORK.init(0), DATA, controls=controls)
    assert (only.phase, only.step) == (Phase.STOPPED, 0)


def test_the_rate_can_be_changed_on_the_way():
    controls = Controls(RECIPE)
    rates = []
    for shot in train(NETWORK, NETWORK.init(0), DATA, controls=controls):
        rates.append(shot.rate)
        if shot.step == 3:
            controls.change(optimizer=SGD(0.001, momentum=0.9))
    assert rates == [0.05] * 3 + [0.001] * 6


def test_another_optimizer_takes_over_what_it_knows():
    controls = Controls(Recipe(optimizer=RMSProp(0.01), batch=6, epochs=2))
    running = train(NETWORK, NETWORK.init(0), DATA, controls=controls)
    next(running)
    controls.change(optimizer=Adam(0.01))
    *_, last = running
    assert last.step == 8
    assert set(checkpoint(last).memory) == {"mean", "square"}


def test_another_batch_size_goes_on_where_the_epoch_stands():
    seen: list[int] = []

    def note(pictures: Any, rng: Any) -> Any:
        seen.append(len(pictures))
        return pictures

    data = IndexedExamples(as_examples(DATA).pictures, DATA[1], note)  # type: ignore[attr-defined]
    controls = Controls(Recipe(batch=6))
    steps = []
    for shot in train(NETWORK, NETWORK.init(0), data, controls=controls):
        steps.append(shot.step)
        if shot.step == 2 and len(steps) == 2:
            controls.change(batch=4)
    # The batch of six that was ready is given back; the twelve left come in fours.
    assert seen == [6, 6, 6, 4, 4, 4]
    assert steps[-1] == 5


def test_epochs_can_be_added_and_taken_away():
    for epochs, steps in ((3, 12), (1, 4)):
        controls = Controls(RECIPE)
        running = train(NETWORK, NETWORK.init(0), DATA, controls=controls)
        next(running)
        controls.change(epochs=epochs)
        *_, last = running
        assert last.step == steps


def test_another_loss_can_be_taken():
    controls = Controls(RECIPE)
    running = train(NETWORK, NETWORK.init(0), DATA, controls=controls)
    next(running)
    controls.change(loss=Hinge())
    second = next(running).loss
    assert second != trained()[1].loss
    plain = Controls(Recipe(Hinge(), RECIPE.optimizer, 6, 2))
    assert second != next(train(NETWORK, NETWORK.init(0), DATA, controls=plain)).loss
    *_, last = running
    assert last.phase is Phase.DONE


def test_a_change_that_makes_no_sense_leaves_the_recipe_as_it_was():
    controls = Controls(RECIPE)
    with pytest.raises(TrainingError, match="at least 1 example"):
        controls.change(batch=0)
    assert controls.recipe is RECIPE


def test_publishing_now_and_then_still_ends_with_a_snapshot():
    shots = trained(recipe=Recipe(batch=6, epochs=2, publish=1e6))
    assert [(s.phase, s.step) for s in shots] == [
        (Phase.EPOCH, 4),
        (Phase.EPOCH, 8),
        (Phase.DONE, 8),
    ]


# What goes wrong


@pytest.mark.parametrize(
    ("loss", "rate"), [(CrossEntropy(), 1e30), (MeanSquaredError(), 1e12), (Hinge(power=2), 1e6)]
)
def test_a_loss_that_is_no_number_stops_it_and_the_last_good_weights_are_kept(loss, rate):
    """Case 72."""
    network = Network((6, 6, 2), [*NETWORK.layers[:-1]])
    recipe = Recipe(loss, SGD(rate), batch=6, epochs=50)
    shots = []
    with pytest.raises(DivergedError) as caught:  # noqa: PT012
        for shot in train(network, network.init(0), DATA, recipe):
            shots.append(shot)
    last, error = shots[-1], caught.value
    assert last.phase is Phase.DIVERGED
    assert all(np.isfinite(a).all() for layer in last.params for a in layer.values())
    assert error.rate == rate
    assert error.suggestion == pytest.approx(rate / 10)
    assert f"try a rate of {rate / 10:g}" in str(error)
    # They are the last weights whose loss was a number: those before the last two updates if the
    # loss was lost, those before the last one if the weights were.
    given = [network.init(0), *(shot.params for shot in shots[:-1])]
    assert error.step in (len(given), len(given) + 1 - np.isfinite(error.loss))
    assert bits(last.params) == bits(given[max(-1 if np.isfinite(error.loss) else -2, -len(given))])
    assert not any(memory.any() for memory in checkpoint(last).memory.values())


def test_a_picture_that_is_no_number_stops_at_its_step():
    pictures, labels = DATA
    pictures = pictures.copy()
    pictures[13] = np.nan
    recipe = Recipe(batch=6, shuffle=False)
    running = train(NETWORK, NETWORK.init(0), (pictures, labels), recipe)
    good = [next(running), next(running)]
    last = next(running)
    assert (last.phase, last.step) == (Phase.DIVERGED, 2)
    assert bits(last.params) == bits(good[0].params)
    with pytest.raises(DivergedError, match="the loss became nan at step 3"):
        next(running)


def test_weights_that_are_no_number_are_never_published():
    x = np.full((4, 1, 1, 1), 1e30, np.float32)
    running = train(
        LINEAR, LINEAR.init(0), (x, np.array([0, 1, 0, 1])), Recipe(optimizer=SGD(1e20))
    )
    last = next(running)
    assert last.phase is Phase.DIVERGED
    assert bits(last.params) == bits(LINEAR.init(0))
    with pytest.raises(DivergedError, match="the weights became infinite at step 1 with"):
        next(running)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.full(24, 2), "all 24 examples are of class 2: .* at least two"),
        (np.arange(24) % 4, "label 3 of example 3 is out of range"),
        (np.linspace(0, 1, 24), "labels must be whole numbers"),
    ],
)
def test_labels_that_cannot_be_learned_are_refused_before_any_work(labels, message):
    """Case 74."""
    with pytest.raises(LabelError, match=message):
        train(NETWORK, NETWORK.init(0), (DATA[0], labels), RECIPE)


def test_labels_of_a_stream_are_refused_when_they_come():
    def read(seed: int | None, epoch: int) -> Any:
        return zip(DATA[0], [0, 1, 2, 0, 1, 7], strict=False)

    running = train(NETWORK, NETWORK.init(0), StreamExamples(read), Recipe(batch=3))
    next(running)
    with pytest.raises(LabelError, match="label 7 of example 2"):
        next(running)


def test_no_examples_are_refused():
    empty = (DATA[0][:0], DATA[1][:0])
    with pytest.raises(TrainingError, match="there are no examples"):
        train(NETWORK, NETWORK.init(0), empty, RECIPE)
    with pytest.raises(TrainingError, match="the data gave no examples"):
        list(train(NETWORK, NETWORK.init(0), StreamExamples(lambda seed, epoch: [])))


def test_weights_that_are_no_numbers_are_refused_before_any_work():
    """Case 51."""
    params = [{name: np.array(values) for name, values in one.items()} for one in NETWORK.init(0)]
    index = next(i for i, one in enumerate(params) if one)
    params[index]["bias"][0] = np.nan
    name = NETWORK.layers[index].name
    count = params[index]["bias"].size
    with pytest.raises(TrainingError, match=f"{name}: 1 of {count} numbers of its bias are not"):
        train(NETWORK, params, DATA, RECIPE)


def test_wrong_parameters_are_refused_before_any_work():
    with pytest.raises(ParameterError, match="conv1 needs"):
        train(NETWORK, residual_net().init(0), DATA, RECIPE)


def test_no_memory_passes_through_and_leaves_what_was_given():
    """Case 73."""
    params = NETWORK.init(0)
    before = bits(params)

    def change(pictures: Any, rng: Any) -> Any:
        change.times += 1  # type: ignore[attr-defined]
        if change.times > 2:  # type: ignore[attr-defined]
            raise MemoryError
        return pictures

    change.times = 0  # type: ignore[attr-defined]
    data = IndexedExamples(as_examples(DATA).pictures, DATA[1], change)  # type: ignore[attr-defined]
    running = train(NETWORK, params, data, RECIPE)
    # The snapshot of a batch is given when the next one has been fetched.
    kept = [next(running)]
    with pytest.raises(MemoryError):
        next(running)
    assert bits(params) == before
    assert np.isfinite(kept[-1].loss)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Recipe(batch=0), "at least 1 example, such as 32; got 0"),
        (lambda: Recipe(epochs=0), "at least 1 epoch; got 0"),
        (lambda: Recipe(publish=-1.0), "0 or more; got -1.0"),
        (lambda: Recipe(publish=float("nan")), "0 or more; got nan"),
    ],
)
def test_recipes_that_cannot_be(make, message):
    with pytest.raises(TrainingError, match=message):
        make()


# PyTorch


@pytest.mark.torch
def test_lenet_s_loss_curve_is_pytorch_s():
    """Fifty steps from the same weights on the same batches."""
    torch: Any = pytest.importorskip("torch")
    from convsim.document.presets import find

    network = find("lenet5").build()
    params = network.init(1)
    data = as_examples(classes(network, 160))
    recipe = Recipe(optimizer=SGD(0.01, momentum=0.9, decay=1e-4), batch=16, epochs=5)
    ours = list(train(network, params, data, recipe, seed=2))
    theirs = TorchNet(torch, network, params)
    sgd = torch.optim.SGD(theirs.all.parameters(), 0.01, momentum=0.9, weight_decay=1e-4)
    curve = []
    for epoch in range(5):
        for pictures, labels in data.batches(16, seed=2, epoch=epoch):
            loss = torch.nn.functional.cross_entropy(
                theirs(torch.tensor(pictures)), torch.tensor(labels)
            )
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            curve.append(loss.item())
    assert len(curve) == 50
    assert curve[-1] < 0.5 * curve[0]
    np.testing.assert_allclose(losses(ours[:-1]), curve, rtol=1e-4, atol=1e-4)


@pytest.mark.torch
def test_a_residual_network_with_batch_norm_trains_as_in_pytorch():
    torch: Any = pytest.importorskip("torch")
    network = residual_net()
    params = network.init(1)
    data = as_examples(classes(network, 32))
    # Not Adam: a bias before a batch norm has a gradient of nothing but rounding, which Adam
    # would blow up.
    recipe = Recipe(optimizer=SGD(0.05, momentum=0.8, nesterov=True), batch=8, epochs=5)
    ours = list(train(network, params, data, recipe))
    theirs = TorchNet(torch, network, params)
    sgd = torch.optim.SGD(theirs.all.parameters(), 0.05, momentum=0.8, nesterov=True)
    curve = []
    for epoch in range(5):
        for pictures, labels in data.batches(8, seed=0, epoch=epoch):
            loss = torch.nn.functional.cross_entropy(
                theirs(torch.tensor(pictures)), torch.tensor(labels)
            )
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            curve.append(loss.item())
    np.testing.assert_allclose(losses(ours[:-1]), curve, rtol=1e-3, atol=1e-4)
    for own, module in zip(ours[-1].params, theirs.modules, strict=True):
        for name in own.keys() & {"running_mean", "running_var"}:
            np.testing.assert_allclose(own[name], getattr(module, name), rtol=1e-3, atol=1e-4)
