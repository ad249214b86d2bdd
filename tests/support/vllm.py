"""A real vLLM: tests that need one skip without it, and say so (see docs/serving.md)."""

import os
import shutil
import warnings

import pytest

ARGUMENTS = ("--max-model-len", 2048, "--enforce-eager", "--max-num-seqs", 32)
ENVIRONMENT = {
    "VLLM_CPU_KVCACHE_SPACE": 1,
    "TORCHDYNAMO_DISABLE": 1,
    "VLLM_NO_USAGE_STATS": 1,
}


def vllm_program():
    """Path of vLLM's command."""
    found = os.environ.get("TOUCHLINE_VLLM") or shutil.which("vllm")
    if found is None:
        reason = "no vllm on this machine (set TOUCHLINE_VLLM to its program, see docs/serving.md)"
        warnings.warn(f"a real vLLM was not tried: {reason}", stacklevel=2)
        pytest.skip(reason)
    return found
