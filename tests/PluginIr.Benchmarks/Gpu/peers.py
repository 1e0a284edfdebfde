"""What users of PyTorch get on the same GPU, timed as triton.testing.do_bench times (CUDA events, the L2 cache cleared before each call), but with the
device held until all calls are queued, so that no host's lag is measured; with nothing of the inputs in the cache, whatever they were read with; and with
small tensors in several places, as where they lie makes up to an eighth of their time.

Writes one JSON object: the device, the copy bandwidth, the norms' times in microseconds for each shape and peer, and, unless
--no-transformers, the seconds that Hugging Face transformers takes to generate with a Qwen3-0.6B-shaped model of random bf16 weights.

    python3 peers.py --out peers.json
"""

import argparse
import ctypes
import json
import statistics
import sys
import time

import torch
import torch._dynamo
import triton
import triton.language as tl

EPSILON = 1e-6
ROWS = (1, 16, 256, 4096, 16384)
HIDDEN = (1024, 4096, 8192)

CONFIGS = [triton.Config({}, num_warps=w) for w in (1, 2, 4, 8, 16, 32)]


@triton.autotune(configs=CONFIGS, key=["hidden", "rows"])
@triton.jit
def triton_rms_norm_kernel(x, weight, out, rows, hidden, epsilon, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * hidden
    columns = tl.arange(0, BLOCK)
    mask = columns < hidden
    values = tl.load(x + row + columns, mask=mask, other=0.0).to(tl.float32)
    factor = tl.rsqrt(tl.sum(values * values, axis=0) / hidden + epsilon)
    normed = (values * factor).to(out.dtype.element_ty)
    tl.store(out + row + columns, normed * tl.load(weight + columns, mask=mask, other=0.0), mask=mask)


@triton.autotune(configs=CONFIGS, key=["hidden", "rows"])
@triton.jit
def triton_fused_kernel(x, residual, weight, out, residual_out, rows, hidden, epsilon, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * hidden
    columns = tl.arange(0, BLOCK)
    mask = columns < hidden
    values = tl.load(x + row + columns, mask=mask, other=0.0).to(tl.float32)
    values += tl.load(residual + row + columns, mask=mask, other=0.0).to(tl.float32)
    tl.store(residual_out + row + columns, values.to(out.dtype.element_ty), mask=mask)
    factor = tl.rsqrt(tl.sum(values * values, axis=0) / hidden + epsilon)
    normed = (values * factor).to(out.dtype.element_ty)
    tl.store(out + row + columns, normed * tl.load(weight + columns, mask=mask, other=0.0), mask=mask)


def rms_norm(x, weight):
    values = x.float()
    factor = torch.rsqrt(values.pow(2).mean(-1, keepdim=True) + EPSILON)
    return (values * factor).to(x.dtype) * weight


def fused_add_rms_norm(x, residual, weight):
    values = x.float() + residual.float()
    factor = torch.rsqrt(values.pow(2).mean(-1, keepdim=True) + EPSILON)
    return (values * factor).to(x.dtype) * weight, values.to(x.dtype)


# As `pluginir bench ops --device` has it: medians of short calls fall into two groups half a microsecond apart by where their tensors lie and by chance, so
# that few calls make a median, and the lower quartile is of many.
MEDIANS, CALLS = 101, 10
CLEARED_BYTES = 256 << 20
HELD_CYCLES = 4_000_000

# Inputs of as many bytes lie in so many places that another changes nothing.
LARGE_BYTES = 32 << 20

RELEASE_PTX = """
.version 7.8
.target sm_80
.address_size 64
.visible .entry release(.param .b64 address, .param .b32 lines)
{
    .reg .b64 %at, %offset;
    .reg .b32 %line, %lines, %group, %threads;
    .reg .pred %past;
    ld.param.b64 %at, [address];
    ld.param.b32 %lines, [lines];
    mov.u32 %group, %ctaid.x;
    mov.u32 %threads, %ntid.x;
    mov.u32 %line, %tid.x;
    mad.lo.u32 %line, %group, %threads, %line;
    setp.ge.u32 %past, %line, %lines;
    @%past ret;
    mul.wide.u32 %offset, %line, 128;
    add.u64 %at, %at, %offset;
    applypriority.global.L2::evict_normal [%at], 128;
    ret;
}
"""


class Release:
    """Lets tensors leave the L2 cache as any others.

    Inductor's kernels read rows with L2::evict_last. Such lines stay while CLEARED_BYTES are written, so that a call would find the inputs in the cache that
    the one before has read: 10 to 20 % of the time of 256 rows.
    """

    LINE_BYTES, THREADS = 128, 256

    def __init__(self):
        torch.zeros(1, device="cuda")  # From the first tensor on there is a context to load into.
        self.driver = ctypes.CDLL("libcuda.so.1")
        module, self.function = ctypes.c_void_p(), ctypes.c_void_p()
        self.check(self.driver.cuModuleLoadData(ctypes.byref(module), RELEASE_PTX.encode() + b"\0"))
        self.check(self.driver.cuModuleGetFunction(ctypes.byref(self.function), module, b"release"))

    def __call__(self, tensor):
        """Queues it on the current stream."""
        address = ctypes.c_void_p(tensor.data_ptr())
        lines = ctypes.c_uint32((tensor.numel() * tensor.element_size() + self.LINE_BYTES - 1) // self.LINE_BYTES)
        arguments = (ctypes.c_void_p * 2)(*(ctypes.cast(ctypes.pointer(a), ctypes.c_void_p) for a in (address, lines)))
        groups = (lines.value + self.THREADS - 1) // self.THREADS
        stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
        self.check(self.driver.cuLaunchKernel(self.function, groups, 1, 1, self.THREADS, 1, 1, 0, stream, arguments, None))

    @staticmethod
    def check(result):
        if result != 0:
            raise RuntimeError(f"The CUDA driver fails with {result}.")


def microseconds(release, prepare):
    """Times calls.

    prepare: makes a call's tensors, and returns the call and its inputs. It is asked again for each of the medians if the inputs are small; what it made
    before stays, so that the next lie elsewhere.
    """
    cleared = torch.empty(CLEARED_BYTES, dtype=torch.int8, device="cuda")
    events = [(torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)) for _ in range(CALLS)]
    kept, medians = [], []
    for _ in range(MEDIANS):
        if not kept or sum(i.numel() * i.element_size() for i in kept[-1][1]) < LARGE_BYTES:
            call, inputs = prepare()
            kept.append((call, inputs, call()))
        torch.cuda._sleep(HELD_CYCLES)
        for begin, end in events:
            for tensor in inputs:
                release(tensor)
            cleared.zero_()
            begin.record()
            call()
            end.record()
        torch.cuda.synchronize()
        medians.append(statistics.median(begin.elapsed_time(end) for begin, end in events))
    return sorted(medians)[MEDIANS // 4] * 1000


def norms(release):
    torch._dynamo.config.recompile_limit = 64
    compiled_rms = torch.compile(rms_norm, dynamic=False)
    compiled_fused = torch.compile(fused_add_rms_norm, dynamic=False)
    results = []
    for hidden in HIDDEN:
        block = triton.next_power_of_2(hidden)
        for rows in ROWS:

            def tensors(count):
                return torch.randn(hidden, dtype=torch.bfloat16, device="cuda"), *(
                    torch.randn(rows, hidden, dtype=torch.bfloat16, device="cuda") for _ in range(count))

            def one_input(function):
                def prepare():
                    weight, x = tensors(1)
                    return (lambda: function(x, weight)), (x, weight)
                return prepare

            def two_inputs(function):
                def prepare():
                    weight, x, residual = tensors(2)
                    return (lambda: function(x, residual, weight)), (x, residual, weight)
                return prepare

            def by_triton():
                weight, x = tensors(1)
                out = torch.empty_like(x)

                def call():
                    triton_rms_norm_kernel[(rows,)](x, weight, out, rows, hidden, EPSILON, BLOCK=block)
                    return out
                return call, (x, weight)

            def fused_by_triton():
                weight, x, residual = tensors(2)
                out, residual_out = torch.empty_like(x), torch.empty_like(x)

                def call():
                    triton_fused_kernel[(rows,)](x, residual, weight, out, residual_out, rows, hidden, EPSILON, BLOCK=block)
                    return out
                return call, (x, residual, weight)

            call, inputs = by_triton()
            torch.testing.assert_close(call(), rms_norm(*inputs))
            call, inputs = fused_by_triton()
            torch.testing.assert_close(call(), fused_add_rms_norm(*inputs)[0])
            results.append({
                "op": "rms_norm", "dtype": "bf16", "rows": rows, "hidden": hidden,
                "torch_us": microseconds(release, one_input(lambda x, weight: torch.nn.functional.rms_norm(x, (hidden,), weight, EPSILON))),
                "inductor_us": microseconds(release, one_input(compiled_rms)),
                "triton_us": microseconds(release, by_triton),
            })
            results.append({
                "op": "fused_add_rms_norm", "dtype": "bf16", "rows": rows, "hidden": hidden,
                "torch_us": microseconds(release, two_inputs(
                    lambda x, residual, weight: torch.nn.functional.rms_norm(x + residual, (hidden,), weight, EPSILON))),
                "inductor_us": microseconds(release, two_inputs(compiled_fused)),
                "triton_us": microseconds(release, fused_by_triton),
            })
            print(results[-2], results[-1], sep="\n", file=sys.stderr, flush=True)
    return results


def copy_bandwidth(release):
    source = torch.empty(1 << 29, dtype=torch.bfloat16, device="cuda").normal_()
    target = torch.empty_like(source)
    return 2 * source.numel() * 2 / (microseconds(release, lambda: ((lambda: target.copy_(source)), (source,))) * 1e-6)


def generation(batch, input_length, output_length):
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=151936, hidden_size=1024, intermediate_size=3072, num_hidden_layers=28, num_attention_heads=16,
        num_key_value_heads=8, head_dim=128, max_position_embeddings=4096, tie_word_embeddings=True)
    torch.manual_seed(0)
    with torch.device("cuda"):
        model = Qwen3ForCausalLM(config).to(torch.bfloat16).eval()
    prompt = torch.randint(0, config.vocab_size, (batch, input_length), device="cuda")
    mask = torch.ones_like(prompt)

    def run(**options):
        torch.cuda.synchronize()
        start = time.perf_counter()
        with torch.inference_mode():
            model.generate(
                prompt, attention_mask=mask, max_new_tokens=output_length, min_new_tokens=output_length, do_sample=False,
                pad_token_id=0, eos_token_id=None, **options)
        torch.cuda.synchronize()
        return time.perf_counter() - start

    run()
    eager = statistics.median(run() for _ in range(2))

    # With a static cache, transformers compiles the forward pass of later tokens itself.
    for _ in range(2):
        run(cache_implementation="static")
    compiled = statistics.median(run(cache_implementation="static") for _ in range(3))
    return {"batch": batch, "input_len": input_length, "output_len": output_length, "eager_s": eager, "compiled_s": compiled}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", required=True, help="the JSON file to write")
    arguments.add_argument("--no-transformers", action="store_true", help="leave the language model out")
    options = arguments.parse_args()
    release = Release()
    result = {
        "device": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "triton": triton.__version__,
        "copy_bytes_per_second": copy_bandwidth(release),
        "norms": norms(release),
    }
    if not options.no_transformers:
        try:
            result["transformers"] = generation(8, 32, 128)
        except Exception as failure:  # A peer that does not run is reported, and the others' figures are kept.
            result["transformers"] = {"error": f"{type(failure).__name__}: {failure}"}
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
