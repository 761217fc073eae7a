/usr/lib/jvm/java-17-openjdk-amd64/bin/java -version 2>&1 | head -1
exec /usr/lib/jvm/java-17-openjdk-amd64/bin/java -cp /app Work
