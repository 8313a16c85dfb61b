package io.weir.review.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.work.Outbox;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreDatabase;
import io.weir.testsupport.StoreServer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operators and their tools know the indexes of jobs by these names. */
@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class JobIndexesIT {
  private final StoreServer on;

  JobIndexesIT(StoreServer on) {
    this.on = on;
  }

  @Test
  void jobsAreIndexedFromTheStartUnderNamesThatStay() throws Exception {
    try (StoreDatabase database = on.database()) {
      var mongo =
          new Mongo(
              new MongoSettings(database.uri(), database.name(), 2, Duration.ofSeconds(5)),
              Clock.systemUTC());
      var outbox =
          new Outbox(
              mongo,
              _ -> {
                throw new AssertionError("nothing is published here");
              },
              Clock.systemUTC(),
              new SimpleMeterRegistry());
      var _ = new JobStore(mongo, outbox, "owner", Duration.ofMinutes(1), Clock.systemUTC());
      try {
        mongo.start();
        var keys = new HashMap<String, Document>();
        boolean unique = false;
        for (Document index : mongo.all(mongo.collection("jobs").listIndexes())) {
          keys.put(index.getString("name"), index.get("key", Document.class));
          unique |=
              index.getString("name").equals("idx_job_id") && index.getBoolean("unique", false);
        }
        keys.keySet().removeAll(Set.of("_id_", "idx_outbox"));
        assertEquals(
            Map.of(
                "idx_job_id", new Document("job_id", 1),
                "idx_user_jobs", new Document("user_id", 1).append("created_at", -1),
                "idx_status_time", new Document("status", 1).append("created_at", -1),
                "idx_type_status", new Document("type", 1).append("status", 1)),
            keys);
        assertTrue(unique);
      } finally {
        mongo.close();
      }
    }
  }
}
