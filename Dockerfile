FROM python:3.11-slim
RUN useradd --create-home --uid 10001 requestflow
WORKDIR /opt/requestflow
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/runtime.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && for po in requestflow/translations/*/LC_MESSAGES/messages.po; do \
      pybabel -q compile -i "$po" -o "${po%.po}.mo"; done \
 && mkdir -p /var/lib/requestflow && chown requestflow /var/lib/requestflow
USER requestflow
ENV REQUESTFLOW_HOME=/var/lib/requestflow REQUESTFLOW_BIND=0.0.0.0 PORT=8000
VOLUME /var/lib/requestflow
EXPOSE 8000
CMD ["requestflow", "run", "web"]
