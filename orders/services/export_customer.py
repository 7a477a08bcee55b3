"""What the shop knows about somebody, as a zip: made by a task, fetched from the account, ready by mail."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import DataExport, User
from orders.selectors.customer_data import customer_data
from shop.common.errors import NotFound
from shop.common.unit import transactional
from shop.tasks.mail import queue_mail
from shop.tasks.queue import shop_task

KEPT = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)
FILE_NAME = "your-data.json"


def export_zip(user: User) -> bytes:
    """One JSON file, named in English as its fields are."""
    text = json.dumps(customer_data(user), default=str, ensure_ascii=False, indent=2)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FILE_NAME, text)
    return packed.getvalue()


@transactional
def request_export(*, user: User) -> DataExport:
    """Have it packed. Asked again within the hour, it is the same one."""
    User.objects.select_for_update().get(pk=user.pk)
    recent = DataExport.objects.filter(user=user, requested_at__gt=timezone.now() - AGAIN_AFTER).first()
    if recent is not None:
        return recent
    export = DataExport.objects.create(user=user)
    pack_export.enqueue(export_id=export.pk)
    return export


@shop_task
def pack_export(export_id: int) -> None:
    """Nothing is left to do for an account that was closed meanwhile, nor for a repeated task."""
    export = DataExport.objects.select_related("user").filter(pk=export_id, ready_at=None).first()
    if export is not None:
        _store(export, export_zip(export.user))


def ready_export(*, user: User, public_id: str) -> bytes:
    """The packed file of one's own. Raises NotFound."""
    export = DataExport.objects.filter(user=user, public_id=public_id).exclude(ready_at=None).first()
    if export is None or export.content is None:
        raise NotFound
    return bytes(export.content)


@transactional
def forget_old_exports() -> int:
    """They are kept a week."""
    deleted, _by_model = DataExport.objects.filter(requested_at__lt=timezone.now() - KEPT).delete()
    return deleted


@transactional
def _store(export: DataExport, content: bytes) -> None:
    waiting = DataExport.objects.filter(pk=export.pk, ready_at=None)
    if waiting.update(content=content, ready_at=timezone.now()):
        context = {"url": f"{settings.SHOP_URL}{reverse('orders:privacy')}", "days": KEPT.days}
        queue_mail(
            kind="customer_export", reference=f"export:{export.public_id}", to=[export.user.email], context=context
        )
