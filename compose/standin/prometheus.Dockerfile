FROM eclipse-temurin:17-jre
COPY prometheus /bin/prometheus
WORKDIR /prometheus
ENTRYPOINT ["/bin/prometheus", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
