"""Makes a model that draws half as deep and teaches it: on a tiny real one, in half a minute.

    python examples/train.py

With "CompVis/stable-diffusion-v1-4" in place of the tiny one, and captions of your own, these are
the lines for a real one.
"""

from __future__ import annotations

from pathlib import Path

from yoga_assistant import YogaAssistant
from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import Lesson, Recipe, distill, load_pipeline, prune

Path("captions.txt").write_text("tree pose\ncrow pose\ncobra pose\nboat pose, side view\n")
teacher = tiny_pipeline()
student = prune(teacher.unet, preset="bk-base")

run = distill(
    teacher,
    student,
    "captions.txt",  # no pictures: the teacher draws what it needs
    out="runs/student",
    recipe=Recipe(steps=30, batch=4, lr=1e-3, ema=0.9),
    lesson=Lesson(size=16, dream_steps=4),
)
print(run)

small = load_pipeline(run.model).unet
print(f"{teacher.unet.num_parameters():,} parameters became {small.num_parameters():,}")

yoga = YogaAssistant(diffusion=f"diffusers:{run.out}")
answer = yoga.draw("Show me tree pose", seed=7)
answer.save("answer.png")
print(f"{answer.asana}, seed {answer.seed}, {answer.image.size[0]} pixels: answer.png")
