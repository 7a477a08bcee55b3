# syntax=docker/dockerfile:1
# Two stages: one with a compiler builds the packages, the other runs them without it.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libmariadb-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt requirements-mysql.txt ./
RUN pip install -r requirements-mysql.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libmariadb3 mariadb-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 shop
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/shop
COPY --chown=root:root . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    SHOP_SEARCH_ROOT=/srv/search
# The static files are part of the image; a key is needed to read the settings, not to collect.
RUN mkdir -p /srv/static /srv/media /srv/search \
 && SECRET_KEY=only-for-collecting-static-files-0000 python manage.py collectstatic --noinput \
 && chown shop:shop /srv/media /srv/search
USER shop
VOLUME /srv/media /srv/search
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "16", "--backpressure", "512", "--respawn-failed-workers", "shop.wsgi:application"]
