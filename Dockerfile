# One image for everything: `docker build -t parlour .`
FROM python:3.13-slim AS build
WORKDIR /source
COPY constraints.txt constraints-node.txt ./
RUN python -m venv /opt/parlour \
    && /opt/parlour/bin/pip install --no-cache-dir --require-hashes --no-deps -r constraints.txt \
    && python -m venv /opt/node \
    && /opt/node/bin/pip install --no-cache-dir --require-hashes --no-deps -r constraints-node.txt
COPY . .
RUN PARLOUR_NODE=packaged /opt/node/bin/python hatch_build.py \
    && /opt/parlour/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/parlour --create-home parlour
COPY --from=build /opt/parlour /opt/parlour
USER parlour
WORKDIR /var/lib/parlour
ENV PATH=/opt/parlour/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PARLOUR_WEB_HOST=0.0.0.0 \
    PARLOUR_DESK_DATABASE=sqlite:////var/lib/parlour/desk.db \
    PARLOUR_DESK_FILES=/var/lib/parlour/files \
    PARLOUR_LOG_FORMAT=json
VOLUME /var/lib/parlour
EXPOSE 8080
HEALTHCHECK --start-period=20s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health/live', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["parlour"]
CMD ["run"]
