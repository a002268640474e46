"""Pictures in real time: a rasteriser with shadows, on the graphics card or on the processor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np

from ...errors import BackendError, extra
from .camera import Camera
from .meshes import Mesh, normals_of
from .scene import Light

_VERTEX: Final = """#version 330
uniform mat4 view; in vec3 place; in vec3 normal; in vec3 colour; in vec2 finish;
out vec3 n; out vec3 c; out vec3 p; out vec2 f;
void main() {
  gl_Position = view * vec4(place, 1.0);
  n = normal; c = colour; p = place; f = finish; }"""
_DEPTH: Final = """#version 330
uniform mat4 view; in vec3 place; void main() { gl_Position = view * vec4(place, 1.0); }"""
_NOTHING: Final = "#version 330\nvoid main() {}"
_FRAGMENT: Final = """#version 330
uniform vec3 eye; uniform vec3 sun; uniform vec3 sunlight; uniform vec3 sky; uniform vec3 ground;
uniform mat4 from_sun; uniform mat4 from_above;
uniform sampler2D sun_depth; uniform sampler2D above_depth;
in vec3 n; in vec3 c; in vec3 p; in vec2 f; out vec4 shown;
float open(mat4 to, sampler2D depth, vec3 place, int reach, float spread) {
  vec3 at = (to * vec4(place, 1.0)).xyz * 0.5 + 0.5; float sum = 0.0;
  if (any(lessThan(at, vec3(0.0))) || any(greaterThan(at, vec3(1.0)))) return 1.0;
  vec2 pixel = spread / vec2(textureSize(depth, 0)); float all = 0.0;
  for (int x = -reach; x <= reach; x++) for (int y = -reach; y <= reach; y++) {
    sum += texture(depth, at.xy + vec2(x, y) * pixel).r < at.z - 0.0015 ? 0.0 : 1.0; all += 1.0; }
  return sum / all; }
void main() {
  vec3 normal = normalize(n), to_eye = normalize(eye - p);
  vec3 own = pow(c, vec3(2.2));
  if (f.y > 0.5) { shown = vec4(c, 1.0); return; }
  float direct = max(dot(normal, sun), 0.0) * open(from_sun, sun_depth, p + 0.012 * normal, 1, 1.6);
  float above = open(from_above, above_depth, p + 0.02 * normal, 2, 5.0);
  vec3 around = mix(ground, sky, 0.5 + 0.5 * normal.z) * (0.45 + 0.55 * above);
  float rim = pow(1.0 - max(dot(normal, to_eye), 0.0), 3.0);
  vec3 light = own * (direct * sunlight + around) + f.x * 0.10 * rim * sky;
  float shine = pow(max(dot(normal, normalize(sun + to_eye)), 0.0), 30.0);
  light += f.x * 0.35 * shine * direct * sunlight;
  light = light * (1.0 + light * 0.12) / (1.0 + light * 0.45);
  shown = vec4(pow(clamp(light, 0.0, 1.0), vec3(1.0 / 2.2)), 1.0); }"""
_SHADOW: Final = 1024


def draw(
    meshes: Sequence[Mesh], camera: Camera, light: Light, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """A picture (size, size, 3), 0 to 255, and how far each of its pixels is away, in metres.

    Raises:
        MissingExtraError: moderngl is not installed.
        BackendError: this machine has no OpenGL.
    """
    return _rasteriser(size)(meshes, camera, light)


class _Rasteriser:
    def __init__(self, size: int) -> None:
        self.context = _context()
        self.size, context = size, self.context
        self.program = context.program(_VERTEX, _FRAGMENT)
        self.shade = context.program(_DEPTH, _NOTHING)
        self.maps = [context.depth_texture((_SHADOW, _SHADOW)) for _ in range(2)]
        for number, depth in enumerate(self.maps):
            depth.compare_func = ""
            depth.repeat_x = depth.repeat_y = False
            depth.use(number)
        self.shadows = [context.framebuffer(depth_attachment=depth) for depth in self.maps]
        many = {"samples": 4}
        self.many = context.framebuffer(
            context.renderbuffer((size, size), 4, **many),
            context.depth_renderbuffer((size, size), **many),
        )
        self.depth = context.depth_texture((size, size))
        self.plain = context.framebuffer(context.renderbuffer((size, size), 4), self.depth)

    def __call__(
        self, meshes: Sequence[Mesh], camera: Camera, light: Light
    ) -> tuple[np.ndarray, np.ndarray]:
        context, program = self.context, self.program
        solid = self._vertices([mesh for mesh in meshes if not mesh.glow])
        glowing = [mesh for mesh in meshes if mesh.glow]
        around = np.concatenate([mesh.vertices for mesh in meshes[: light.casters]])
        views = [
            _orthographic(around, np.array(light.sun)),
            _orthographic(around, np.array((0.02, 0.03, 1.0))),
        ]
        cast = self._vertices(meshes[: light.casters])
        for target, view in zip(self.shadows, views, strict=True):
            target.use()
            context.clear(depth=1.0)
            self.shade["view"].write(view.T.astype("f4").tobytes())
            context.vertex_array(self.shade, [(cast, "3f 32x", "place")]).render()
        projection = camera.projection()
        values = {"sun_depth": 0, "above_depth": 1, "eye": tuple(camera.eye), "sun": light.sun,
                  "sunlight": light.sunlight, "sky": light.sky, "ground": light.ground}  # fmt: skip
        for name, value in values.items():
            program[name].value = value
        for name, matrix in (
            ("view", projection),
            ("from_sun", views[0]),
            ("from_above", views[1]),
        ):
            program[name].write(matrix.T.astype("f4").tobytes())
        buffers = [solid, *([self._vertices(glowing)] if glowing else [])]
        layout = "3f 3f 3f 2f", "place", "normal", "colour", "finish"
        self.many.use()
        context.clear(*light.background, 1.0, depth=1.0)
        for buffer in buffers:
            context.vertex_array(program, [(buffer, *layout)]).render()
        self.plain.use()
        context.clear(depth=1.0)
        self.shade["view"].write(projection.T.astype("f4").tobytes())
        for buffer in buffers:
            context.vertex_array(self.shade, [(buffer, "3f 32x", "place")]).render()
        depth = np.frombuffer(self.depth.read(), "f4").reshape(self.size, self.size)[::-1]
        away = camera.metres(depth)
        context.copy_framebuffer(self.plain, self.many)
        read = np.frombuffer(self.plain.read(components=3), np.uint8)
        return read.reshape(self.size, self.size, 3)[::-1].copy(), away

    def _vertices(self, meshes: Sequence[Mesh]) -> Any:
        rows = []
        for mesh in meshes:
            corners = mesh.vertices[mesh.faces].reshape(-1, 3)
            if mesh.smooth:
                normals = normals_of(mesh.vertices, mesh.faces)[mesh.faces].reshape(-1, 3)
            else:
                a, b, c = mesh.vertices[mesh.faces].transpose(1, 0, 2)
                flat = np.cross(b - a, c - a)
                flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
                normals = np.repeat(flat, 3, 0)
            finish = np.array((*mesh.colour, mesh.gloss, float(mesh.glow)))
            rows.append(np.hstack([corners, normals, np.tile(finish, (len(corners), 1))]))
        return self.context.buffer(np.concatenate(rows).astype("f4").tobytes())


@cache
def _context() -> Any:
    """The one context: two of them in a process get in each other's way."""
    with extra("studio", "drawing a scene"):
        import moderngl
    try:
        context = moderngl.create_standalone_context(backend="egl")
    except Exception as error:
        hint = "install Mesa, e.g. apt-get install libegl1 libgl1-mesa-dri"
        raise BackendError("no OpenGL by EGL on this machine", hint=hint) from error
    context.gc_mode = "auto"
    context.enable(moderngl.DEPTH_TEST)
    return context


@cache
def _rasteriser(size: int) -> _Rasteriser:
    return _Rasteriser(size)


def _orthographic(around: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """From far away in a direction, on to everything that casts a shadow."""
    forward = -towards / np.linalg.norm(towards)
    side = np.cross(forward, (0.0, 1.0, 0.0))
    side /= np.linalg.norm(side)
    axes = np.stack([side, np.cross(side, forward), forward])
    seen = around @ axes.T
    low, high = seen.min(0) - 0.3, seen.max(0) + np.array((0.3, 0.3, 2.5))
    matrix = np.eye(4)
    matrix[:3, :3] = axes * (2 / (high - low))[:, None]
    matrix[:3, 3] = -(high + low) / (high - low)
    return matrix
