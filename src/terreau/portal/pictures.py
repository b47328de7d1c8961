"""The pictures that editors send."""

from __future__ import annotations

from wagtail.images.forms import BaseImageForm


class PictureForm(BaseImageForm):  # type: ignore[misc]
    """Wagtail's own form, which a picture cut on its way breaks: it is read whole only to be measured."""

    def full_clean(self) -> None:
        """Look at what was sent; a picture that cannot be read to its end is refused like what is none."""
        try:
            super().full_clean()
        except OSError:
            self.add_error("file", self.fields["file"].error_messages["invalid_image"])
