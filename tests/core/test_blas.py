"""How many threads BLAS uses: one while anybody has asked for that, and afterwards as before."""

from __future__ import annotations

from contextlib import ExitStack

from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

from convsim.core.blas import one_blas_thread


def threads():
    return [entry["num_threads"] for entry in threadpool_info() if entry["user_api"] == "blas"]


def test_it_is_put_back_by_the_last_who_leaves_in_whatever_order():
    before = threads()
    first, second = ExitStack(), ExitStack()
    first.enter_context(one_blas_thread())
    second.enter_context(one_blas_thread())
    assert set(threads()) <= {1}
    first.close()
    assert set(threads()) <= {1}
    second.close()
    assert threads() == before
