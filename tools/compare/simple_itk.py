"""SimpleITK, loaded so that FAISS still works beside it.

Both are wrapped by SWIG with one runtime, which holds one Python class for each C++ type: the last to load a
`std::vector` of bytes or integers gives its class to both. FAISS then meets SimpleITK's class and cannot save an index
or list its rows; SimpleITK takes and returns tuples and does not mind. So FAISS gets its classes back.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def simple_itk() -> Any:
    """The module, loaded once."""
    import SimpleITK

    faiss = sys.modules.get("faiss")
    if faiss is not None:  # otherwise it loads after SimpleITK, and its classes hold
        lower = [m for name, m in sys.modules.items() if name.startswith("faiss._swigfaiss")]
        registers = (
            (getattr(m, f"{n}_swigregister", None), n) for m in lower for n in dir(faiss) if n.endswith("Vector")
        )
        for register, name in registers:
            if register is not None:
                register(getattr(faiss, name))
    return SimpleITK
