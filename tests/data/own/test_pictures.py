"""Pictures of any size and kind become samples of one size; what is none is named."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.data.own_files import picture, pictures, write_zip
from toll.data import ImportPlan, import_own, inspect_file, load_dataset, split_one_class
from toll.data.own.pictures import read_pictures


def test_grey_pictures_of_any_size_become_28_by_28(tmp_path):
    files = {"a.png": picture(90, (17, 40)), "b.jpg": picture(90, (300, 200), kind="JPEG")}
    found = read_pictures(write_zip(tmp_path / "p.zip", files))
    assert found.samples.shape == (2, 1, 28, 28) and found.samples.dtype == np.uint8
    assert found.samples.mean((1, 2, 3)) == pytest.approx([90, 90], abs=3)


def test_one_picture_of_colour_makes_all_32_by_32_in_colour(tmp_path):
    files = {"a.png": picture(90), "b.png": picture(120, mode="RGB")}
    assert read_pictures(write_zip(tmp_path / "p.zip", files)).samples.shape == (2, 3, 32, 32)


def test_a_colour_file_that_shows_grey_is_grey(tmp_path):
    image = Image.open(io.BytesIO(picture(90))).convert("RGB")
    image.save(tmp_path / "a.png")
    assert read_pictures(tmp_path).samples.shape == (1, 1, 28, 28)


def test_sixteen_bits_are_brought_to_eight_and_what_is_transparent_is_black(tmp_path):
    Image.fromarray(np.full((9, 9), 200 * 256, np.uint16)).save(tmp_path / "a.png")
    Image.fromarray(np.full((9, 9, 2), (200, 0), np.uint8), "LA").save(tmp_path / "b.png")
    deep, clear = read_pictures(tmp_path).samples
    assert (deep.min(), deep.max()) == (200, 200) and clear.max() == 0


def test_folders_are_labels_and_train_and_test_are_the_split(tmp_path):
    files = {f"set/train/good/{n}.png": picture(60 + n) for n in range(8)}
    files |= {f"set/test/good/{n}.png": picture(60 + n) for n in range(3)}
    files |= {f"set/test/scratch/{n}.png": picture(190 + n) for n in range(3)}
    file = write_zip(tmp_path / "p.zip", files)
    assert [each.name for each in inspect_file(file).columns] == ["split", "folder"]
    plan = ImportPlan(label_column="folder", normal_values=("good",))
    split = split_one_class(load_dataset(import_own(file, "mine", plan).name), (0,))
    assert len(split.test) == 6 and split.labels(split.test).sum() == 3
    assert len(split.train) + len(split.validation) == 8


def test_a_folder_and_an_npz_file_of_pictures_are_read_too(tmp_path):
    for name, content in pictures(10).items():
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_bytes(content)
    assert read_pictures(tmp_path / "p").rows["folder"].nunique() == 3
    np.savez(tmp_path / "p.npz", images=np.random.rand(4, 20, 20, 3), y=[0, 0, 1, 1])
    found = read_pictures(tmp_path / "p.npz")
    assert found.samples.shape == (4, 3, 32, 32) and found.rows["y"].tolist() == [0, 0, 1, 1]


def test_files_that_systems_leave_are_passed_over(tmp_path):
    files = {"a.png": picture(90), "__MACOSX/._a.png": b"x", ".hidden.png": b"x", "Thumbs.db": b""}
    assert len(read_pictures(write_zip(tmp_path / "p.zip", files)).samples) == 1


@pytest.mark.parametrize("content", [b"", b"no picture", picture(90)[:300]])
def test_a_picture_that_is_none_is_named(tmp_path, content):
    file = write_zip(tmp_path / "p.zip", {"a.png": picture(90), "in/b.png": content})
    with pytest.raises(ValueError, match=r"in/b\.png in p\.zip: it is not a picture"):
        read_pictures(file)


def test_no_pictures_at_all_are_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no pictures; these are read: bmp"):
        read_pictures(write_zip(tmp_path / "p.zip", {"a.txt": b""}))


def test_a_file_that_is_no_zip_file_is_named(tmp_path):
    (tmp_path / "p.zip").write_bytes(b"hello")
    with pytest.raises(ValueError, match=r"p\.zip is not a zip file"):
        read_pictures(tmp_path / "p.zip")


def test_a_zip_bomb_is_refused_before_it_is_unzipped(tmp_path):
    write_zip(tmp_path / "p.zip", {"a.png": bytes(2**27)})
    with pytest.raises(ValueError, match="a.png in p.zip unzips to 134,217,728 bytes"):
        read_pictures(tmp_path / "p.zip")


def test_a_picture_of_more_pixels_than_memory_is_refused_unseen(tmp_path):
    """A PNG header of 60,000 by 60,000 pixels, with nothing behind it."""
    small = picture(90)
    header = small[:16] + (60_000).to_bytes(4, "big") * 2 + small[24:29]
    crc = zlib.crc32(header[12:]).to_bytes(4, "big")
    with pytest.raises(ValueError, match="it has more than 100,000,000 pixels"):
        read_pictures(write_zip(tmp_path / "p.zip", {"a.png": header + crc + small[33:]}))
