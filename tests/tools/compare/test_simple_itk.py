"""SimpleITK and FAISS in one process, whichever comes first."""

from __future__ import annotations

import subprocess
import sys

import pytest

_ORDERS = {
    "faiss first": "import faiss\nfrom bedside.tools.compare.simple_itk import simple_itk\nsimple_itk()\n",
    "SimpleITK first": "from bedside.tools.compare.simple_itk import simple_itk\nsimple_itk()\nimport faiss\n",
}
_WORK = """
import numpy as np
index = faiss.IndexIDMap2(faiss.IndexFlatIP(2))
index.add_with_ids(np.ones((2, 2), np.float32), np.array([3, 5]))
print(faiss.vector_to_array(index.id_map).tolist(), faiss.deserialize_index(faiss.serialize_index(index)).ntotal)
itk = simple_itk()
image = itk.GetImageFromArray(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))
print(image.GetSize(), itk.GetArrayFromImage(itk.Shrink(image, [2, 1, 1])).shape)
"""


@pytest.mark.parametrize("order", _ORDERS)
def test_an_index_is_saved_and_its_rows_listed_beside_simple_itk(order: str) -> None:
    done = subprocess.run([sys.executable, "-c", _ORDERS[order] + _WORK], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[3, 5] 2", "(4, 3, 2) (2, 3, 2)"]
