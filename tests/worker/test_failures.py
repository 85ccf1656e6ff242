"""What libraries say when something is wrong, put into the classes that the ladder knows."""

from __future__ import annotations

import pytest

from studio.runtime import ladder
from studio.worker import failures
from studio.worker.failures import BadNumbers, CancelledRun, UserMistake, classify, classify_text, details


class OutOfMemoryError(RuntimeError):
    """Named as torch names its own."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 7.93 GiB total capacity)"), "out_of_memory"),
        (OutOfMemoryError("HIP out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 15.98 GiB"), "out_of_memory"),
        (OutOfMemoryError("XPU out of memory. Tried to allocate 2.00 GiB"), "out_of_memory"),
        (RuntimeError("MPS backend out of memory (MPS allocated: 17.95 GB, other allocations: 1.63 GB)"), "out_of_memory"),
        (RuntimeError("Could not allocate tensor with 268435456 bytes. There is not enough GPU video memory available!"), "out_of_memory"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: can't allocate memory: you tried to allocate 1000000000000 bytes"), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 4294967296 bytes."), "out_of_memory"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "out_of_memory"),
        (MemoryError(), "out_of_memory"),
        (RuntimeError("HIP error: hipErrorNoBinaryForGpu: Unable to find code object for all current devices!"), "wrong_build"),
        (RuntimeError("HIP error: invalid device function\nHIP kernel errors might be asynchronously reported"), "wrong_build"),
        (RuntimeError("CUDA error: no kernel image is available for execution on the device"), "wrong_build"),
        (AssertionError("Torch not compiled with CUDA enabled"), "wrong_build"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx`"), "unsupported"),
        (RuntimeError("\"addmm_impl_cpu_\" not implemented for 'Half'"), "unsupported"),
        (RuntimeError("Input type (float) and bias type (c10::Half) should be the same"), "unsupported"),
        (RuntimeError("expected mat1 and mat2 to have the same dtype, but got: float != c10::Half"), "unsupported"),
        (NotImplementedError("The operator 'aten::_fft_r2c' is not currently implemented for the DML device"), "unsupported"),
        (BadNumbers("line 1: the sound holds values that are not finite"), "bad_numbers"),
        (RuntimeError("probability tensor contains either `inf`, `nan` or element < 0"), "bad_numbers"),
        (ValueError("A tensor with all NaNs was produced in VAE."), "bad_numbers"),
        (CancelledRun(), "cancelled"),
        (UserMistake("CUDA out of memory, said the user"), "user"),
        (KeyError("voice"), "engine"),
        (ModuleNotFoundError("No module named 'numpy'"), "engine"),
        (FileNotFoundError(2, "No such file or directory", "model.safetensors"), "engine"),
        (ValueError("information about banana.inf was found"), "engine"),
    ],
)  # fmt: skip
def test_what_libraries_say(error: BaseException, expected: str) -> None:
    assert classify(error) == expected


@pytest.mark.parametrize(
    "line",
    [
        "", "Loading checkpoint shards: 100%", "UserWarning: 1Torch was not compiled with flash attention.",
        "FutureWarning: `resume_download` is deprecated", "Segmentation fault", "Fatal Python error: Aborted",
    ],
)  # fmt: skip
def test_what_is_no_failure(line: str) -> None:
    assert classify_text(line) is None


def test_every_class_that_is_found_here_has_a_ladder() -> None:
    found = {failures.OUT_OF_MEMORY, failures.BAD_NUMBERS, failures.WRONG_BUILD, failures.UNSUPPORTED}
    assert found <= set(ladder.RUNGS)


def test_details_tell_the_way_there() -> None:
    def the_innermost() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError) as caught:
        the_innermost()
    assert "in the_innermost" in details(caught.value)
    assert details(caught.value).endswith("RuntimeError: broken\n")
