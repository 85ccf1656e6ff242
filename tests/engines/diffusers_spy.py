"""What the tests of pictures put around the engine: written beside its runner, and run in the pack's process."""

from __future__ import annotations

# Stands between the engine and the pipelines: writes down what reaches them, breaks what a test says, and loads another
# model where a test wants one, so that one process serves them all.
SPY = """
import hashlib, importlib.util, json, sys
from dataclasses import replace
sys.path.insert(1, {folder!r})
spec = importlib.util.spec_from_file_location("diffusers_runner", {folder!r} + "/runner.py")
real = importlib.util.module_from_spec(spec)
spec.loader.exec_module(real)
import torch
import diffusers
import checkpoint
import showing
showing._GAP = showing._SHARE = 0
import studio.worker.context
studio.worker.context._PROGRESS_GAP = 0.0  # all that is told arrives, however fast the machine
now = {{"job": 0, "broken": ""}}

def told(value):
    if isinstance(value, torch.Tensor):
        return list(value.shape)
    if isinstance(value, torch.Generator):
        return value.initial_seed()
    if isinstance(value, (list, tuple)):
        return [told(one) for one in value]
    if hasattr(value, "mode"):
        return list(value.size)
    return value if isinstance(value, (int, float, str, bool, type(None))) else type(value).__name__

def spied(kind):
    inner = kind.__call__
    def call(self, **given):
        line = {{name: told(value) for name, value in given.items()}}
        config = {{k: v for k, v in self.scheduler.config.items() if not k.startswith("_")}}
        line.update(pipeline=kind.__name__, scheduler=type(self.scheduler).__name__, config=config, job=now["job"])
        network = getattr(self, "unet", None) or self.transformer
        line["sliced"] = getattr(self.vae, "use_slicing", False) and getattr(self.vae, "use_tiling", False)
        line["dtype"] = str(network.dtype)
        line["offloaded"] = hasattr(network, "_hf_hook")
        registries = [m._diffusers_hook for m in network.modules() if hasattr(m, "_diffusers_hook")]
        line["hooks"] = sorted({{name for registry in registries for name in registry.hooks}})
        line["attention"] = [torch.backends.cuda.flash_sdp_enabled(), torch.backends.cuda.math_sdp_enabled()]
        weights = {{str(p.dtype) for p in network.parameters()}}
        line["float8"] = "torch.float8_e4m3fn" in weights
        line["int8"] = sorted(name for name, part in self.components.items() if isinstance(part, torch.nn.Module)
            and any(p.dtype == torch.int8 for p in part.parameters()))
        conv = getattr(network, "conv_in", None)
        layers = [m for part in self.components.values() if isinstance(part, torch.nn.Module) for m in part.modules()]
        scalings = [m.scaling for m in layers if isinstance(getattr(m, "scaling", None), dict)]
        line["lora_scales"] = sorted({{round(scale, 6) for scaling in scalings for scale in scaling.values()}})
        line["channels_last"] = conv is not None and conv.weight.is_contiguous(memory_format=torch.channels_last)
        with open({log!r}, "a") as log:
            log.write(json.dumps(line) + chr(10))
        if now["broken"] == "memory":
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        hooks = []
        if now["broken"] == "cancel":  # comes in the middle of the first step
            flux = hasattr(network, "transformer_blocks")
            first = (network.transformer_blocks if flux else network.down_blocks)[0]
            middle = network.single_transformer_blocks[0] if flux else network.mid_block
            def cancel(*_):
                now.update(broken="cancelled")
                now["cancelled"].set()
            hooks += [first.register_forward_hook(cancel)]
            hooks += [middle.register_forward_hook(lambda *_: now.update(broken="went on"))]
        moments = []
        def reached(_network, plain, named):
            moments.append(float(torch.as_tensor(plain[1] if len(plain) > 1 else named["timestep"]).flatten()[0]))
        hooks += [network.register_forward_pre_hook(reached, with_kwargs=True)]
        try:
            made = inner(self, **given)
        finally:
            for hook in hooks:
                hook.remove()
            with open({log!r} + ".moments", "a") as log:
                log.write(json.dumps({{"job": now["job"], "moments": moments}}) + chr(10))
        if now["broken"] == "nan":
            made.images[:] = float("nan")
        return made
    kind.__call__ = call

for names in checkpoint.PIPELINES.values():
    for name in names:
        spied(getattr(diffusers, name))

# There is no card here: what is moved to one and back is moved to the processor and back, by the same hooks.
from studio.engines.shared.neural import memory
fit = memory.fit
def fitted(pipe, device, rungs):
    fit(pipe, device, rungs)
    if "offload" in rungs:
        pipe.enable_model_cpu_offload(device=torch.device("cpu"))
memory.fit = fitted

give_back = memory.give_back
def freed():
    now["freed"] = now.get("freed", 0) + 1
    give_back()
memory.give_back = freed

decode = diffusers.AutoencoderKL.decode
def decoded(self, *given, **more):
    made = decode(self, *given, **more)
    with open({log!r} + ".decoded", "a") as log:
        log.write(str(self.dtype) + chr(10))
    narrow = self.dtype != torch.float32 and now["broken"] == "narrow"
    if narrow or now["broken"] == "black":
        made[0][:] = float("nan") if narrow else -1.0
    return made
diffusers.AutoencoderKL.decode = decoded

def unlike(machine, params):
    # Which texts the library itself reads in another way than the engine did.
    import order
    pipe, wanted = machine._pipe, order.read(params, {{}}, "")
    names = ("prompt_embeds", "negative_prompt_embeds", "pooled_prompt_embeds", "negative_pooled_prompt_embeds")
    own = pipe.encode_prompt(wanted.prompt, device=torch.device("cpu"), num_images_per_prompt=1,
        do_classifier_free_guidance=True, negative_prompt=wanted.negative or None)
    ours = machine.read(wanted, lambda: None)
    return [name for name, value in zip(names, own) if not torch.equal(ours[name], value)]

def digest(part):
    # Of all bits of a network, under their names.
    found = hashlib.sha256()
    for name, values in part.state_dict().items():
        found.update(f"{{name}} {{values.dtype}} {{tuple(values.shape)}}".encode())
        found.update(values.contiguous().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
    return found.hexdigest()

class Runner(real.Runner):
    def load(self, load):
        self.first, self.wanted = load, (load.model, "[{{}}, []]")
        self.loaded = super().load(load)
        return self.loaded

    def run(self, context):
        before = now["broken"]
        if context.params.get("_broken") == "early":
            context._cancelled.set()
        now.update(job=context.job, broken=context.params.pop("_broken", ""), cancelled=context._cancelled)
        model = context.params.pop("_model", self.wanted[0])
        settings = context.params.pop("_settings", {{}})
        rungs = context.params.pop("_rungs", [])
        context.rungs = tuple(rungs)
        wanted = (model, json.dumps([settings, rungs]))
        if wanted != self.wanted:  # the studio starts another process for another way of loading
            self.wanted = ("", "")
            self._machine = None
            torch.backends.cuda.enable_flash_sdp(True)
            settings = {{**self.first.settings, **settings}}
            self.loaded = real.Runner.load(self, replace(self.first, model=model, settings=settings, rungs=rungs))
            self.wanted = wanted
        now["freed"] = 0
        output = super().run(context)
        output.facts.update({{"before": before}} if context.params.get("_before") else {{}})
        output.facts.update({{"loaded": self.loaded, "freed": now["freed"]}} if context.params.get("_loaded") else {{}})
        if context.params.get("_compare"):
            output.facts["unlike"] = unlike(self._machine, context.params)
        if context.params.get("_digest"):
            output.facts["weights"] = {{name: digest(part) for name, part in self._machine._pipe.components.items()
                if isinstance(part, torch.nn.Module)}}
        return output
"""
