"""The datasets, one row each: what differs between them is here and nowhere else.

A row holds classes, files, splits, networks and presets, which `toll/presets.py` makes configs of.
To those that are published join the ones that a person has imported: see own/.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from toll.data.builtin import SklearnDigits
from toll.data.cifar import CifarArchive, CifarPickles
from toll.data.glyphs import Glyphs
from toll.data.idx import IdxFiles
from toll.data.mat import MatFile
from toll.data.normalisation import Affine, Fixed, Identity, contrast_min_max
from toll.data.own.importing import import_file
from toll.data.own.plan import ImportPlan
from toll.data.own.rows import own_names, own_spec
from toll.data.parquet import ParquetImages
from toll.data.rules import HeldOut, ShuffledFifths, Stratified
from toll.data.spec import DatasetSpec, Network
from toll.reading import DamagedFile

DIGIT_NAMES = tuple("0123456789")
TEN = tuple(range(10))
# In the order of CIFAR-100's own list, which is alphabetical.
CIFAR_100_KINDS = """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly
    camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile
    cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp
    lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom
    oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
    possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake
    spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
    train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""
CIFAR_10_PICKLES = CifarPickles(
    "cifar-10-batches-py",
    train=tuple(f"data_batch_{number}" for number in range(1, 6)),
    test=("test_batch",),
    label_key="labels",
)
CIFAR_100_PICKLES = CifarPickles(
    "cifar-100-python",
    train=("train",),
    test=("test",),
    label_key="coarse_labels",
    fine_label_key="fine_labels",
)
# The paper's layers; the small ones have a quarter (28×28) or half (32×32) of their channels.
NETWORKS_28 = {
    "small": Network("published-28", (16,)),
    "paper": Network("published-28", (64,)),
}
NETWORKS_32 = {
    "small": Network("published-32", (16,)),
    "paper": Network("published-32", (32,)),
}
PAPER_ARRHYTHMIA = {"batch_size": 100, "beta": 10.0, "z_dim": 16, "lr": 1e-3}
KRIZHEVSKY = "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009."

ROWS = (
    DatasetSpec(
        name="digits",
        title="Digits",
        description="Small grey images of handwritten digits, 8×8 pixels; nothing to download.",
        shape=(1, 8, 8),
        n_samples=1797,
        class_names=DIGIT_NAMES,
        normal_classes=TEN,
        source="E. Alpaydin and C. Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998.",
        licence="CC BY 4.0",
        by_hand="scikit-learn, which includes it",
        folder_names=(),
        formats=(SklearnDigits(),),
        normalisation=Fixed(Affine(full=16)),
        split=Stratified(train=0.5, validation=0.15),
        networks={"small": Network("dense", (128, 64))},
        laptop={
            "batch_size": 64,
            "beta": 10.0,
            "z_dim": 16,
            "lr": 1e-3,
            "niter": 500,
            "probe_size": 1000,
        },
        first_class=8,
    ),
    DatasetSpec(
        name="glyphs",
        title="Glyphs",
        description="Digits drawn by code, 16×16 pixels, each time another way; no download.",
        shape=(1, 16, 16),
        n_samples=5000,
        class_names=DIGIT_NAMES,
        normal_classes=TEN,
        source="Drawn by this program with the font that Pillow carries, Aileron; not handwriting.",
        licence="CC0 1.0, as the font",
        by_hand="Pillow, whose font it is drawn with",
        folder_names=(),
        formats=(Glyphs(),),
        normalisation=Fixed(Affine(full=255)),
        split=Stratified(train=0.5, validation=0.15),
        networks={"small": Network("convolutional-padded", (16, 32))},
        laptop={
            "batch_size": 64,
            "beta": 100.0,
            "z_dim": 64,
            "lr": 1e-3,
            "niter": 200,
            "probe_size": 400,
        },
        first_class=(0, 2, 3, 5, 6, 8, 9),
    ),
    DatasetSpec(
        name="mnist",
        title="MNIST",
        description="Grey images of handwritten digits, 28×28 pixels.",
        shape=(1, 28, 28),
        n_samples=70_000,
        class_names=DIGIT_NAMES,
        normal_classes=TEN,
        source="Y. LeCun, C. Cortes and C. J. C. Burges: The MNIST database, 1998.",
        licence="CC BY-SA 3.0, as commonly stated",
        by_hand="yann.lecun.com/exdb/mnist or a mirror of it",
        folder_names=("mnist",),
        formats=(
            IdxFiles("MNIST/raw", train_labels_md5="a25bea736e30d166cdddb491f175f624"),
            ParquetImages("mnist"),
        ),
        normalisation=Fixed(Affine(full=255, mean=0.1307, std=0.3081)),
        split=HeldOut(n_train=60_000, seed=0, drawn_is_published=True),
        networks=NETWORKS_28,
        laptop={
            "batch_size": 64,
            "beta": 1000.0,
            "z_dim": 128,
            "lr": 3e-4,
            "niter": 100,
            "probe_size": 180,
        },
        paper={"batch_size": 1000, "beta": 1000.0, "z_dim": 128, "lr": 1e-4},
        first_class=8,
        torchvision="MNIST",
        download_bytes=11_594_722,
    ),
    DatasetSpec(
        name="fmnist",
        title="Fashion-MNIST",
        description="Grey images of clothes, shoes and bags, 28×28 pixels.",
        shape=(1, 28, 28),
        n_samples=70_000,
        class_names=(
            *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
            *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
        ),
        normal_classes=TEN,
        source="H. Xiao, K. Rasul and R. Vollgraf: Fashion-MNIST, arXiv 1708.07747, 2017.",
        licence="MIT",
        by_hand="github.com/zalandoresearch/fashion-mnist",
        folder_names=("fmnist", "fashionmnist"),
        formats=(
            IdxFiles("FashionMNIST/raw", train_labels_md5="9018921c3c673c538a1fc5bad174d6f9"),
            ParquetImages("fmnist"),
        ),
        normalisation=Fixed(Affine(full=255, mean=0.2860, std=0.3530)),
        split=HeldOut(n_train=60_000, file_name="10000_val_indices_fmnist.npy"),
        networks=NETWORKS_28,
        laptop={
            "batch_size": 64,
            "beta": 100.0,
            "z_dim": 128,
            "lr": 3e-4,
            "niter": 100,
            "probe_size": 180,
        },
        paper={"batch_size": 500, "beta": 100.0, "z_dim": 256, "lr": 1e-4},
        torchvision="FashionMNIST",
        download_bytes=30_878_645,
    ),
    DatasetSpec(
        name="cifar10",
        title="CIFAR-10",
        description="Colour photographs of animals and vehicles, 32×32 pixels.",
        shape=(3, 32, 32),
        n_samples=60_000,
        class_names=(
            *("airplane", "automobile", "bird", "cat", "deer"),
            *("dog", "frog", "horse", "ship", "truck"),
        ),
        normal_classes=TEN,
        source=KRIZHEVSKY,
        licence="none stated; the authors ask for their report to be cited",
        by_hand="www.cs.toronto.edu/~kriz/cifar.html (python version)",
        folder_names=("cifar10", "cifar10batchespy"),
        formats=(
            CIFAR_10_PICKLES,
            CifarArchive("cifar-10-python.tar.gz", CIFAR_10_PICKLES),
            ParquetImages("cifar10"),
        ),
        normalisation=contrast_min_max,
        split=HeldOut(n_train=50_000, seed=1, drawn_is_published=True),
        networks=NETWORKS_32,
        laptop={
            "batch_size": 64,
            "beta": 10.0,
            "z_dim": 64,
            "lr": 1e-3,
            "niter": 200,
            "probe_size": 300,
        },
        paper={"batch_size": 50, "beta": 10.0, "z_dim": 64, "lr": 1e-2},
        torchvision="CIFAR10",
        download_bytes=170_498_071,
    ),
    DatasetSpec(
        name="cifar100",
        title="CIFAR-100",
        description="Colour photographs in 20 groups, from fish to furniture, 32×32 pixels.",
        shape=(3, 32, 32),
        n_samples=60_000,
        class_names=(
            *("aquatic mammals", "fish", "flowers", "food containers", "fruit and vegetables"),
            *("household electrical devices", "household furniture", "insects"),
            *("large carnivores", "large man-made outdoor things"),
            *("large natural outdoor scenes", "large omnivores and herbivores"),
            *("medium-sized mammals", "non-insect invertebrates", "people", "reptiles"),
            *("small mammals", "trees", "vehicles 1", "vehicles 2"),
        ),
        normal_classes=tuple(range(20)),
        fine_class_names=tuple(kind.replace("_", " ") for kind in CIFAR_100_KINDS.split()),
        source=KRIZHEVSKY,
        licence="none stated; the authors ask for their report to be cited",
        by_hand="www.cs.toronto.edu/~kriz/cifar.html (python version)",
        folder_names=("cifar100", "cifar100python"),
        formats=(
            CIFAR_100_PICKLES,
            CifarArchive("cifar-100-python.tar.gz", CIFAR_100_PICKLES),
            ParquetImages(
                "cifar100",
                label_columns=("coarse_label", "coarse_labels"),
                fine_label_columns=("fine_label", "fine_labels"),
            ),
        ),
        normalisation=contrast_min_max,
        split=HeldOut(n_train=50_000, file_name="10000_val_indices_cifar100.npy"),
        networks=NETWORKS_32,
        laptop={
            "batch_size": 64,
            "beta": 100.0,
            "z_dim": 64,
            "lr": 1e-3,
            "niter": 200,
            "probe_size": 300,
        },
        paper={"batch_size": 100, "beta": 100.0, "z_dim": 64, "lr": 1e-3},
        torchvision="CIFAR100",
        download_bytes=169_001_437,
    ),
    DatasetSpec(
        name="arrhythmia",
        title="Arrhythmia",
        description="274 measurements of each of 452 people's heartbeats, from electrocardiograms.",
        shape=(274,),
        n_samples=452,
        class_names=("normal rhythm", "arrhythmia"),
        normal_classes=(0,),
        source="H. A. Guvenir et al.: Arrhythmia, UCI, 1998, as ODDS (S. Rayana, 2016) cut it.",
        licence="CC BY 4.0",
        by_hand="the outlier detection datasets site (ODDS), dataset Arrhythmia",
        folder_names=("arrhythmia",),
        formats=(MatFile("arrhythmia", "arrhythmia.mat"),),
        normalisation=Fixed(Identity()),
        split=ShuffledFifths(seed=300, counts=(386, 66)),
        networks={"paper": Network("dense-normalised", (256, 128))},
        laptop={**PAPER_ARRHYTHMIA, "niter": 1000, "network": "paper"},
        paper=PAPER_ARRHYTHMIA,
        f1_share=0.854,
        download_bytes=105_540,
    ),
)

# Those that everybody has.
PUBLISHED: dict[str, DatasetSpec] = {row.name: row for row in ROWS}


class _Datasets(Mapping[str, DatasetSpec]):
    """All rows by name: the published ones, then those that were imported, as they are now."""

    def __getitem__(self, name: str) -> DatasetSpec:
        if name in PUBLISHED:
            return PUBLISHED[name]
        try:
            spec = own_spec(name)
        except DamagedFile as error:
            raise KeyError(name) from error
        if spec is None:
            raise KeyError(name)
        return spec

    def __iter__(self) -> Iterator[str]:
        yield from PUBLISHED
        yield from (name for name in own_names() if name in self and name not in PUBLISHED)

    def __len__(self) -> int:
        return sum(1 for _ in self)


DATASETS: Mapping[str, DatasetSpec] = _Datasets()


def get_spec(name: str) -> DatasetSpec:
    """The row of `name`.

    Raises:
        ValueError: there is none, and the sentence names those that there are; or it is of an
            imported dataset that is damaged.
    """
    if name not in PUBLISHED:
        own_spec(name)  # which says what is damaged
    if name not in DATASETS:
        raise ValueError(f"unknown dataset {name!r}; known are {', '.join(DATASETS)}")
    return DATASETS[name]


def import_own(
    path: Path, name: str, plan: ImportPlan, report: Callable[[float], None] = lambda share: None
) -> DatasetSpec:
    """Import a person's own file, or folder of pictures, as a dataset; its row.

    It is then a dataset like the others: `load_dataset`, `toll train --dataset NAME`. Nothing of it
    leaves the machine. report: called with the share that is done; what it raises ends the import.

    Raises:
        ValueError: the name, the file or the plan will not do; nothing has been imported.
    """
    return import_file(path, name, plan, PUBLISHED, report)
