"""The CLIP score agrees with the one that the field uses, and is not fooled by long captions."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torchmetrics.multimodal import CLIPScore
from torchvision.transforms.functional import pil_to_tensor, to_pil_image

from yoga_assistant.errors import TrainingError
from yoga_assistant.training.evaluate import Clip, clip_score

TEXTS = ["tree pose", "a person in warrior two, side view", "crow", "lotus pose at dawn"]


def test_it_agrees_with_torchmetrics(clip: Clip, pictures: Any) -> None:
    class Model(torch.nn.Module):  # type: ignore[misc]
        """Our tiny CLIP, as transformers would call it."""

        def get_image_features(self, pixel_values: Any) -> Any:
            return clip.model.encode_image(pixel_values)

        def get_text_features(self, input_ids: Any, attention_mask: Any) -> Any:
            return clip.model.encode_text(input_ids)

    def processor(text: Any = None, images: Any = None, **_: Any) -> Any:
        if images is not None:
            found = [clip.preprocess(to_pil_image(image)) for image in images]
            return {"pixel_values": torch.stack(found)}
        tokens = clip.tokenizer(text)
        return {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}

    class Wrapped(Model):
        class config:  # noqa: N801
            class text_config:  # noqa: N801
                max_position_embeddings = 77

    drawn = pictures(4)
    theirs = CLIPScore(model_name_or_path=lambda: (Wrapped(), processor))
    pixels = [pil_to_tensor(image) for image in drawn]
    pairs = clip.pictures(drawn) * clip.captions(TEXTS)
    assert (pairs.sum(1) > 0).all(), "else the two differ on purpose: theirs is clamped as a mean"
    expected = theirs(pixels, TEXTS).detach()
    assert clip_score(drawn, TEXTS, clip).mean == pytest.approx(float(expected), abs=1e-4)


def test_a_pair_that_does_not_match_at_all_counts_as_zero(clip: Clip, pictures: Any) -> None:
    cosines = (clip.pictures(pictures(40)) * clip.captions(["tree"] * 40)).sum(1)
    flipped = Clip(clip.model, preprocess=clip.preprocess, tokenizer=clip.tokenizer, device="cpu")
    flipped.pictures = lambda images: -clip.pictures(images)  # type: ignore[method-assign]
    assert (cosines > 0).all()
    assert clip_score(pictures(40), ["tree"] * 40, flipped).mean == 0


def test_another_caption_another_score(clip: Clip, pictures: Any) -> None:
    drawn = pictures(2)
    one, other = (clip_score(drawn, [text] * 2, clip).mean for text in ("tree pose", "crow"))
    assert one != other


def test_a_caption_that_is_too_long_is_refused_and_not_cut(clip: Clip, pictures: Any) -> None:
    long = "tree pose " * 60
    with pytest.raises(ValueError, match=r"122 tokens, CLIP reads 77: 'tree pose"):
        clip_score(pictures(1), [long], clip)


def test_a_caption_of_just_the_length_is_read(clip: Clip, pictures: Any) -> None:
    assert clip_score(pictures(1), ["tree " * 75], clip).n == 1


def test_as_many_captions_as_pictures_are_wanted(clip: Clip, pictures: Any) -> None:
    with pytest.raises(ValueError, match="2 pictures, 1 captions"):
        clip_score(pictures(2), ["tree"], clip)


def test_the_name_tells_weights_and_preprocessing_apart(clip: Clip) -> None:
    import copy

    from torchvision.transforms import ToTensor

    other = copy.deepcopy(clip.model)
    with torch.no_grad():
        next(other.parameters()).add_(1)
    reweighed = Clip(other, preprocess=clip.preprocess, tokenizer=clip.tokenizer, device="cpu")
    rescaled = Clip(clip.model, preprocess=ToTensor(), tokenizer=clip.tokenizer, device="cpu")
    assert len({clip.name, reweighed.name, rescaled.name}) == 3


def test_weights_that_are_not_there_are_named() -> None:
    with pytest.raises(TrainingError, match="no-such-weights"):
        Clip("ViT-B-32", "no-such-weights")
    with pytest.raises(ValueError, match="name the weights"):
        Clip("ViT-B-32")
