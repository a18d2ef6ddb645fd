"""Fitting what looks at the whole image, small and end to end, on the labels of images alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from inference.networks.backbones import build_backbone
from inference.networks.overview import Overview
from inference.training import parallel
from inference.training.checkpoints import Checkpoint
from inference.training.config import OverviewConfig, TrainingConfig
from inference.training.crossval import OVERVIEW, keep_overview, read_overview
from inference.training.fit import schedule
from inference.training.logs import log
from inference.training.losses import density_loss, image_loss
from inference.training.plain import PlainCache
from inference.training.targets import Labels

TURN, SCALE, STRETCH, LIGHT = 0.25, 0.15, 0.08, 0.25
"""How far a training image is turned (radians), scaled, stretched and relit (log of its gamma), at most, either way."""
ALONG, ACROSS = (-0.1, 0.02), (-0.08, 0.08)
"""How far it is moved, in half widths (the chest wall stays about where it is) and half heights."""


def small_images(plain: PlainCache, reduction: int) -> Tensor:
    """Every image as it is looked at whole, (n, 1, H, W)."""
    images = [
        F.avg_pool2d(torch.from_numpy(plain[row].pixels)[None], reduction)
        for row in tqdm(range(len(plain)), desc="whole images", disable=None)
    ]
    return torch.stack(images)


def fit_overview(
    config: TrainingConfig,
    small: Tensor,
    labels: Labels,
    rows: NDArray[np.int64],
    seed: int,
    folder: Path,
    device: torch.device | None = None,
) -> Overview:
    """Fit on the images `rows` alone; a fit that was finished in `folder` is taken up, one that was cut off goes on.

    small: (n, 1, H, W). Every set weighs the same. Each step draws from generators of its own, so that a fit that was cut off
    ends with the same weights. Several processes do the same, and one keeps it. ValueError where the run asks for no overview.
    """
    how = config.overview
    if how is None:
        raise ValueError("a run that looks at whole images needs an [overview] table")
    if (folder / OVERVIEW).is_file():
        return cast(Overview, read_overview(config, folder))
    fit = _Fit.begun(config.structure.backbone, how, Images(small, labels, rows), seed, device or torch.device("cpu"))
    place = folder / "overview"
    checkpoint = Checkpoint(place, fit.kept(), fit.optimiser)
    for epoch in tqdm(range(checkpoint.resume(), how.epochs), desc=f"{folder.name}, whole", unit="epoch", disable=None):
        loss = fit.epoch(epoch)
        if parallel.rank() == 0:
            checkpoint.save(epoch + 1)
            log(place / "log.csv", {"epoch": epoch + 1, "loss": round(loss, 6)})
    if parallel.rank() == 0:
        keep_overview(fit.overview.cpu().eval(), folder)
    parallel.wait()
    return cast(Overview, read_overview(config, folder))


@dataclass(frozen=True)
class Images:
    """What a fit is made on: small images (n, 1, H, W), their labels, and the rows that it may see."""

    small: Tensor
    labels: Labels
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class _Fit:
    """A fit under way. offset: of each set (sets, 2), which serving leaves out. weight: of each image (n,)."""

    overview: Overview
    offset: nn.Parameter
    optimiser: torch.optim.Optimizer
    how: OverviewConfig
    images: Images
    weight: Tensor
    seed: int

    @classmethod
    def begun(cls, backbone: str, how: OverviewConfig, images: Images, seed: int, device: torch.device) -> "_Fit":
        overview = _start(backbone, how, seed).to(device)
        offset = nn.Parameter(torch.zeros(int(images.labels.group.max()) + 1, 2, device=device))
        optimiser = _optimiser(overview, offset, how)
        return cls(overview, offset, optimiser, how, images, set_weights(images.labels, images.rows), seed)

    def kept(self) -> nn.Module:
        """All that a checkpoint keeps."""
        kept = nn.Module()
        kept.overview, kept.offset = self.overview, self.offset
        return kept

    def epoch(self, number: int) -> float:
        """Every image once, but for what fills no batch; the mean loss."""
        order = np.random.default_rng([self.seed, number]).permutation(self.images.rows)
        steps = max(1, len(order) // self.how.batch)
        batches = [order[step * self.how.batch : (step + 1) * self.how.batch] for step in range(steps)]
        return float(np.mean([self._step(rows, number * steps + step, steps) for step, rows in enumerate(batches)]))

    def _step(self, rows: NDArray[np.int64], done: int, steps: int) -> float:
        how = self.how
        for group, rate in zip(self.optimiser.param_groups, (how.learning_rate, how.head_rate), strict=True):
            group["lr"] = rate * schedule((done + 0.5) / (how.epochs * steps))
        torch.manual_seed(1_000_003 * self.seed + done)  # of the dropout
        chosen, generator = torch.from_numpy(rows), torch.Generator().manual_seed(1_000_003 * self.seed + done)
        batch = altered(self.images.small[chosen], generator)
        loss = _loss(self.overview, self.offset, batch, self.images.labels, chosen, self.weight)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        every = [parameter for group in self.optimiser.param_groups for parameter in group["params"]]
        nn.utils.clip_grad_norm_(every, how.clip)
        self.optimiser.step()
        return loss.item()


def _start(backbone: str, how: OverviewConfig, seed: int) -> Overview:
    """Untrained above a published backbone whose batch statistics stay as they are: sixteen images would make poor ones."""
    torch.manual_seed(seed)
    overview = Overview(backbone, how.reduction, how.weight, how.dropout)
    overview.backbone.load_state_dict(build_backbone(backbone, pretrained=True).state_dict())
    nn.init.normal_(overview.cells.weight, std=0.01)
    nn.init.constant_(overview.cells.bias, -1.0)  # type: ignore[arg-type]
    overview.train()
    overview.backbone.eval()
    return overview


def _optimiser(overview: Overview, offset: nn.Parameter, how: OverviewConfig) -> torch.optim.Optimizer:
    """AdamW over what lies above the frozen stride, and over what is new."""
    for stride, piece in overview.backbone.pieces():
        if isinstance(piece, nn.Module):
            piece.requires_grad_(stride > how.frozen)
    tuned = [p for p in overview.backbone.parameters() if p.requires_grad]
    fresh = [p for name, p in overview.named_parameters() if not name.startswith("backbone.")]
    return torch.optim.AdamW([{"params": tuned}, {"params": [*fresh, offset]}], weight_decay=how.weight_decay)


def set_weights(labels: Labels, rows: NDArray[np.int64]) -> Tensor:
    """Weights (n,) by which every set counts the same over `rows`; their mean over these rows is 1."""
    chosen = torch.from_numpy(rows)
    count = torch.bincount(labels.group[chosen], minlength=int(labels.group.max()) + 1).clamp(min=1).double()
    weight = (1 / count)[labels.group]
    return (weight / weight[chosen].mean()).float()


def _loss(overview: Overview, offset: Tensor, batch: Tensor, labels: Labels, rows: Tensor, weight: Tensor) -> Tensor:
    """Composition against its letters, malignancy and abnormality against the image's labels; unknown labels count nothing."""
    where = offset.device
    logits, density = overview.look(batch.to(where, memory_format=torch.channels_last))
    weighs, shares = weight[rows].to(where), labels.density[rows].to(where)
    told = image_loss(logits + offset[labels.group[rows].to(where)], labels.labels[rows].to(where), weighs)
    known = ~shares[:, 0].isnan()
    if not known.any():
        return told
    return told + density_loss(density[known], shares[known], weighs[known]) * weighs[known].mean()


def altered(small: Tensor, generator: torch.Generator) -> Tensor:
    """Each image turned, scaled, stretched, moved, half of them upside down, and relit; (N, 1, H, W), air stays 0."""
    count, (tall, wide) = len(small), small.shape[2:]

    def draw(low: float, high: float) -> Tensor:
        return torch.rand(count, generator=generator) * (high - low) + low

    turn, scale, stretch = draw(-TURN, TURN), draw(1 - SCALE, 1 + SCALE), draw(1 - STRETCH, 1 + STRETCH)
    upright = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = turn.cos() * scale * stretch, -turn.sin() * scale * tall / wide * upright
    theta[:, 1, 0], theta[:, 1, 1] = turn.sin() * scale * wide / tall, turn.cos() * scale / stretch * upright
    theta[:, 0, 2], theta[:, 1, 2] = draw(*ALONG), draw(*ACROSS)
    moved = F.grid_sample(small, F.affine_grid(theta, list(small.shape), align_corners=False), align_corners=False)
    gamma = (draw(-1.0, 1.0) * LIGHT).exp().view(-1, 1, 1, 1)
    return torch.where(moved > 0, moved.clamp(0, 1) ** gamma, 0.0)
