"""The pictures that editors send."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import ExifTags, Image
from wagtail.images.forms import BaseImageForm

_ORIENTATION = ExifTags.Base.Orientation
# As good as what was sent, for those formats that lose a little each time they are written.
_QUALITY: dict[str, Any] = {"JPEG": "keep", "WEBP": 92, "AVIF": 92}


class PictureForm(BaseImageForm):  # type: ignore[misc]
    """Wagtail's own form, which keeps what a telephone wrote in a photo, and breaks on one cut on its way.

    A picture is read whole only to be measured, hence the late refusal.
    """

    def full_clean(self) -> None:
        """Look at what was sent; a picture that cannot be read to its end is refused like what is none."""
        try:
            super().full_clean()
        except OSError:
            self.add_error("file", self.fields["file"].error_messages["invalid_image"])

    def save(self, commit: bool = True) -> Any:
        """Keep the picture; pages that show another one under its name find it scaled as that one was."""
        scaled = (
            list(self.instance.renditions.values_list("filter_spec", flat=True)) if self.instance.pk else []
        )
        picture = super().save(commit=commit)
        if commit and "file" in self.changed_data:
            for spec in scaled:
                picture.get_rendition(spec)
        return picture

    def clean_file(self) -> Any:
        """The picture without the place, the hour and the names that its camera wrote in it.

        Willow copies them into every scaled picture, which anyone may download.
        """
        sent = self.cleaned_data.get("file")
        return bared(sent) if isinstance(sent, UploadedFile) else sent


def bared(sent: UploadedFile[Any]) -> UploadedFile[Any]:
    """The same picture, with nothing of its EXIF but which side is up; itself when it holds nothing more.

    Args:
        sent: a picture that Wagtail has accepted.

    Raises:
        OSError: when it is cut before its end.
    """
    sent.seek(0)
    with Image.open(sent) as picture:
        told = picture.getexif()
        if not set(told) - {_ORIENTATION}:
            sent.seek(0)
            return sent
        kept = Image.Exif()
        if _ORIENTATION in told:
            kept[_ORIENTATION] = told[_ORIENTATION]
        written, kind = BytesIO(), str(picture.format)
        options = {"quality": _QUALITY[kind]} if kind in _QUALITY else {}
        picture.save(
            written,
            kind,
            exif=kept,
            icc_profile=picture.info.get("icc_profile"),
            save_all=getattr(picture, "n_frames", 1) > 1,
            **options,
        )
    return SimpleUploadedFile(str(sent.name), written.getvalue(), sent.content_type or "")
