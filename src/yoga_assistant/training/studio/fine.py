"""Fine pictures: the same scene, path-traced by Blender's Cycles (GPL, installed by itself)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...errors import MissingExtraError
from .camera import Camera
from .meshes import Mesh
from .scene import Light

# Its own requirements name a numpy below 2; it draws with ours.
PIP_LINE: Final = "pip install --no-deps bpy==5.0.1  # Python 3.11"
_SAMPLES: Final = 24
_SUN: Final = 3.6  # watts a square metre for sunlight of strength 1
_SKY: Final = 0.62


def trace(meshes: Sequence[Mesh], camera: Camera, light: Light, size: int) -> np.ndarray:
    """A picture, (size, size, 3), 0 to 255, denoised.

    Raises:
        MissingExtraError: Blender's module is not installed.
    """
    try:
        import bpy
    except ImportError as error:
        raise MissingExtraError("path-tracing needs Blender's module", hint=PIP_LINE) from error
    from PIL import Image

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.samples, cycles.use_denoising, cycles.max_bounces, cycles.seed = _SAMPLES, True, 4, 0
    scene.view_settings.view_transform = "Standard"
    scene.render.resolution_x = scene.render.resolution_y = size
    for mesh in meshes:
        _add(bpy, mesh)
    _light(bpy, light)
    _look(bpy, camera)
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "picture.png")
        bpy.ops.render.render(write_still=True)
        with Image.open(scene.render.filepath) as picture:
            return np.array(picture.convert("RGB"))


def _add(bpy: Any, mesh: Mesh) -> None:
    data = bpy.data.meshes.new("mesh")
    data.from_pydata(mesh.vertices.tolist(), [], mesh.faces.tolist())
    if mesh.smooth:
        data.shade_smooth()
    material = bpy.data.materials.new("material")
    material.use_nodes = True
    surface = material.node_tree.nodes["Principled BSDF"].inputs
    colour = (*_linear(mesh.colour), 1.0)
    surface["Base Color"].default_value = colour
    surface["Roughness"].default_value = 0.85 - 0.45 * mesh.gloss
    surface["Specular IOR Level"].default_value = 0.25 + 0.5 * mesh.gloss
    if mesh.glow:
        surface["Emission Color"].default_value = colour
        surface["Emission Strength"].default_value = 1.0
    data.materials.append(material)
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("mesh", data))


def _light(bpy: Any, light: Light) -> None:
    from mathutils import Vector

    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    around = tree.nodes["Background"]
    around.inputs[0].default_value = (*light.sky, 1.0)
    around.inputs[1].default_value = _SKY
    seen = tree.nodes.new("ShaderNodeBackground")
    seen.inputs[0].default_value = (*_linear(light.background), 1.0)
    mix, path = tree.nodes.new("ShaderNodeMixShader"), tree.nodes.new("ShaderNodeLightPath")
    tree.links.new(path.outputs["Is Camera Ray"], mix.inputs[0])
    tree.links.new(around.outputs[0], mix.inputs[1])
    tree.links.new(seen.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], tree.nodes["World Output"].inputs[0])
    strength = max(light.sunlight)
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.angle = _SUN * strength, 0.12
    sun.color = tuple(part / strength for part in light.sunlight)
    lamp = bpy.data.objects.new("sun", sun)
    lamp.rotation_euler = Vector(light.sun).to_track_quat("Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(lamp)


def _look(bpy: Any, camera: Camera) -> None:
    from mathutils import Vector

    lens = bpy.data.cameras.new("camera")
    lens.angle = camera.field
    taken = bpy.data.objects.new("camera", lens)
    taken.location = camera.eye
    forward = Vector(camera.target) - Vector(camera.eye)
    taken.rotation_euler = forward.to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(taken)
    bpy.context.scene.camera = taken


def _linear(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    """From sRGB, as screens show it, to amounts of light (IEC 61966-2-1)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return red, green, blue
