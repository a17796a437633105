"""Memory of a GPU that a scorer and its judges share, by CUDA's handles between processes (driver API)."""

import ctypes

HANDLE_BYTES = 64
PEER_ACCESS = 1


class Handle(ctypes.Structure):
    _fields_ = [("reserved", ctypes.c_char * HANDLE_BYTES)]


class Memory:
    """So that torch sees int32 values at an address of the GPU (the array interface, version 3)."""

    def __init__(self, address: int, size: int) -> None:
        self.__cuda_array_interface__ = {"shape": (size,), "typestr": "<i4", "data": (address, False), "version": 3, "strides": None}


def shared(torch, size: int):
    """New memory for `size` values: a tensor, and a handle for judges as text."""
    driver = _driver(torch)
    address = ctypes.c_uint64()
    _check(driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(4 * size)), "cuMemAlloc")
    handle = Handle()
    _check(driver.cuIpcGetMemHandle(ctypes.byref(handle), address), "cuIpcGetMemHandle")
    return torch.as_tensor(Memory(address.value, size), device="cuda"), bytes(handle).hex()


def opened(torch, text: str, size: int):
    """The tensor over memory that another process shares."""
    driver = _driver(torch)
    address = ctypes.c_uint64()
    handle = Handle.from_buffer_copy(bytes.fromhex(text))
    _check(driver.cuIpcOpenMemHandle_v2(ctypes.byref(address), handle, ctypes.c_uint(PEER_ACCESS)), "cuIpcOpenMemHandle")
    return torch.as_tensor(Memory(address.value, size), device="cuda")


def _driver(torch):
    torch.empty(1, device="cuda")  # makes the context that the calls below work in
    return ctypes.CDLL("libcuda.so.1")


def _check(status: int, call: str) -> None:
    if status != 0:
        raise OSError(f"{call} failed with CUDA error {status}; scorer and judge must share their namespaces of processes and IPC")
