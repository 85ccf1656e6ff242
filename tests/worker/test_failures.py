"""What libraries say when something is wrong, put into the classes that the ladder knows."""

from __future__ import annotations

import pytest

from studio.runtime import ladder
from studio.worker import failures
from studio.worker.failures import BadNumbers, CancelledRun, UserMistake, classify, classify_text, details


class OutOfMemoryError(RuntimeError):
    """Named as torch names its own."""


SAID: dict[str, list[BaseException]] = {
    "out_of_memory": [
        OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 7.93 GiB total capacity)"),
        OutOfMemoryError("HIP out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 15.98 GiB"),
        OutOfMemoryError("XPU out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 17.95 GB, other allocations: 1.63 GB)"),
        RuntimeError("Could not allocate tensor with 268435456 bytes. There is not enough GPU video memory available!"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:114] DefaultCPUAllocator: can't allocate memory: you tried to"),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 4294967296 bytes."),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        MemoryError(),
    ],
    "wrong_build": [
        RuntimeError("HIP error: hipErrorNoBinaryForGpu: Unable to find code object for all current devices!"),
        RuntimeError("HIP error: invalid device function\nHIP kernel errors might be asynchronously reported"),
        RuntimeError("CUDA error: no kernel image is available for execution on the device"),
        AssertionError("Torch not compiled with CUDA enabled"),
    ],
    "unsupported": [
        RuntimeError("CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx`"),
        RuntimeError("\"addmm_impl_cpu_\" not implemented for 'Half'"),
        RuntimeError("Input type (float) and bias type (c10::Half) should be the same"),
        RuntimeError("expected mat1 and mat2 to have the same dtype, but got: float != c10::Half"),
        RuntimeError("The operator 'aten::_fft_r2c' is not currently implemented for the DML device"),
        NotImplementedError("Could not run 'aten::empty.memory_format' with arguments from the 'SparseCUDA' backend"),
    ],
    "native_crash": [
        RuntimeError("HIP error: an illegal memory access was encountered"),
        RuntimeError("Memory access fault by GPU node-1 (Agent handle: 0x5581) on address 0x7f. Reason: Unknown."),
        RuntimeError("CUDA error: unspecified launch failure"),
    ],
    "bad_numbers": [
        BadNumbers("line 1: the sound holds values that are not finite"),
        RuntimeError("probability tensor contains either `inf`, `nan` or element < 0"),
        ValueError("A tensor with all NaNs was produced in VAE."),
    ],
    "cancelled": [CancelledRun()],
    "user": [UserMistake("CUDA out of memory, said the user")],
    "engine": [
        KeyError("voice"),
        ModuleNotFoundError("No module named 'numpy'"),
        FileNotFoundError(2, "No such file or directory", "model.safetensors"),
        ValueError("information about banana.inf was found"),
    ],
}


@pytest.mark.parametrize(("expected", "error"), [(name, error) for name, said in SAID.items() for error in said])
def test_what_libraries_say(expected: str, error: BaseException) -> None:
    assert classify(error) == expected


@pytest.mark.parametrize(
    "line",
    [
        "", "Loading checkpoint shards: 100%", "UserWarning: 1Torch was not compiled with flash attention.",
        "FutureWarning: `resume_download` is deprecated", "Segmentation fault", "Fatal Python error: Aborted",
        "MIOpen(HIP): Warning [IsEnoughWorkspace] GemmFwdRest failed to allocate memory, workspace required: 1769472",
        "MIOpen: Error: hipMemGetInfo failed: out of memory, status 1",
        "The operator 'aten::_fft' is not currently supported on the DML backend and will fall back to run on the CPU.",
    ],
)  # fmt: skip
def test_what_is_no_failure(line: str) -> None:
    assert classify_text(line) is None


def test_every_class_that_is_found_here_has_a_ladder() -> None:
    found = {
        failures.OUT_OF_MEMORY,
        failures.BAD_NUMBERS,
        failures.WRONG_BUILD,
        failures.UNSUPPORTED,
        failures.NATIVE_CRASH,
    }
    assert found <= set(ladder.RUNGS)


def test_details_tell_the_way_there() -> None:
    def the_innermost() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError) as caught:
        the_innermost()
    assert "in the_innermost" in details(caught.value)
    assert details(caught.value).endswith("RuntimeError: broken\n")
