"""How many photographs a second torchvision turns into training batches: the same pictures and the same work as
`bench/run loader` gives ours. Nothing of Thalweg needs Python; this peer does.

    bench/run photographs FOLDER
    python3 bench/torchvision-loader.py FOLDER [WORKERS] [SECONDS]

WORKERS as torch.utils.data.DataLoader takes them, 0 for none. Prints the median of windows of a second.
"""

import statistics
import sys
import time

import torch
import torchvision
from torchvision import transforms

folder = sys.argv[1]
workers = int(sys.argv[2]) if len(sys.argv) > 2 else 1
seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 10
torch.set_num_threads(1)

pictures = torchvision.datasets.ImageFolder(
    folder,
    transforms.Compose(
        [
            transforms.RandomResizedCrop(224),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    ),
)
# Many rounds of the same pictures in one epoch, so that starting workers is not what is measured.
pictures.samples = pictures.samples * 10_000
loader = torch.utils.data.DataLoader(pictures, batch_size=32, shuffle=False, num_workers=workers, drop_last=True)

batches = iter(loader)
begin = time.perf_counter()
while time.perf_counter() - begin < 4:
    next(batches)
rates = []
while len(rates) < seconds:
    start, images = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - start) < 1:
        images += len(next(batches)[0])
    rates.append(images / elapsed)
print(f"LOADER library=torchvision-{torchvision.__version__} images_per_s={statistics.median(rates):.1f} workers={workers}")
