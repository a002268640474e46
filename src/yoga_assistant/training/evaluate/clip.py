"""How well pictures match their captions, as CLIP sees it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor

from ...errors import TrainingError, needs_extra
from ..latents import weights_hash
from .score import Score, bootstrap

if TYPE_CHECKING:
    from PIL.Image import Image

_BATCH: Final = 32


class Clip:
    """A CLIP model of open_clip, as an encoder of pictures and captions.

    Args:
        model: the architecture, such as "ViT-B-32", or a model that is loaded already.
        weights: a tag of open_clip ("laion2b_s34b_b79k"), which is fetched, or the path of a file.
        preprocess, tokenizer: of a model that is loaded already.

    Attributes:
        name: architecture, weights and preprocessing: what a score made with it depends on.

    Raises:
        MissingExtraError: open_clip is not installed.
        TrainingError: there is no such architecture, or the weights cannot be had.
    """

    def __init__(
        self,
        model: Any = "ViT-B-32",
        weights: str | None = None,
        *,
        preprocess: Any = None,
        tokenizer: Any = None,
        device: str | None = None,
    ) -> None:
        self.device = device or str(torch.accelerator.current_accelerator() or "cpu")
        told = model if isinstance(model, str) else type(model).__name__
        if isinstance(model, str):
            model, preprocess, tokenizer = _opened(model, weights)
        self.model = model.eval().to(self.device)
        self.preprocess, self.tokenizer = preprocess, tokenizer
        kept = weights_hash(model)
        self.name = f"{told} {weights or 'own weights'} {kept}, {_steps(preprocess)}"

    def pictures(self, images: Sequence[Image]) -> Tensor:
        """Their embeddings, (n, dimensions), of length one."""
        return self._embedded(self._pictures, list(images))

    def captions(self, texts: Sequence[str]) -> Tensor:
        """Their embeddings, (n, dimensions), of length one.

        Raises:
            ValueError: a caption is longer than the model reads. It is not cut, since its end
                token would be lost, and all long captions would look alike.
        """
        for text in texts:
            self._check_length(text)
        return self._embedded(self._texts, list(texts))

    def _embedded(self, encode: Any, items: list[Any]) -> Tensor:
        with torch.inference_mode():
            parts = [encode(items[n : n + _BATCH]) for n in range(0, len(items), _BATCH)]
        found = torch.cat(parts).float().cpu() if parts else torch.zeros(0, 1)
        return found / found.norm(dim=1, keepdim=True)

    def _pictures(self, images: list[Image]) -> Tensor:
        pixels = torch.stack([self.preprocess(image.convert("RGB")) for image in images])
        found: Tensor = self.model.encode_image(pixels.to(self.device))
        return found

    def _texts(self, texts: list[str]) -> Tensor:
        found: Tensor = self.model.encode_text(self.tokenizer(texts).to(self.device))
        return found

    def _check_length(self, text: str) -> None:
        most = int(self.model.context_length)
        room = self.tokenizer([text], context_length=4 * most + len(text))
        count = int((room != 0).sum())
        if count > most:
            raise ValueError(f"a caption has {count} tokens, CLIP reads {most}: {text[:60]!r}")


def clip_score(
    images: Sequence[Image],
    texts: Sequence[str],
    clip: Clip,
    groups: Sequence[Hashable] | None = None,
) -> Score:
    """The mean of 100 times the cosine of picture and caption, at least 0 for each pair.

    Args:
        images: n pictures of Pillow.
        texts: their n captions.
        groups: what is drawn as a whole for the interval; by default pairs of one caption.

    Raises:
        ValueError: there are not as many captions as pictures, or a caption is too long.

    Source:
        Hessel et al. 2021, "CLIPScore", arXiv 2104.08718 (which multiplies by 2.5).
    """
    if len(images) != len(texts):
        raise ValueError(f"{len(images)} pictures, {len(texts)} captions")
    cosines = (clip.pictures(images) * clip.captions(texts)).sum(1)
    values = (100 * cosines).clamp(min=0).tolist()
    return bootstrap(f"CLIP score ({clip.name})", values, groups or list(texts))


def _opened(model: str, weights: str | None) -> tuple[Any, Any, Any]:
    try:
        import open_clip
    except ImportError as error:
        raise needs_extra("eval", "the CLIP score") from error
    if weights is None:
        raise ValueError("name the weights of CLIP: a tag of open_clip, or a file")
    try:
        found, _, preprocess = open_clip.create_model_and_transforms(model, pretrained=weights)
        return found, preprocess, open_clip.get_tokenizer(model)
    except Exception as error:  # of open_clip, the hub, the network
        told = (str(error) or repr(error)).splitlines()[0]
        raise TrainingError(
            f"CLIP {model!r} with weights {weights!r} cannot be opened: {told}",
            hint="give the path of a file, or a tag of open_clip while online",
        ) from error


def _steps(preprocess: Any) -> str:
    """What is done to a picture before it is encoded, in a few words."""
    steps = getattr(preprocess, "transforms", [preprocess])
    return " ".join("".join(str(step).split()) for step in steps if hasattr(step, "forward"))
