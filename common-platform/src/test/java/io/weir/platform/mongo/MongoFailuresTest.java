package io.weir.platform.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.WriteError;
import io.weir.messaging.DependencyUnavailableException;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class MongoFailuresTest {
  private static final ServerAddress SERVER = new ServerAddress();

  @Test
  void outagesAreUnavailable() {
    for (MongoException outage :
        List.of(
            new MongoTimeoutException("no server, or no connection in the pool"),
            new MongoSocketReadException("reset", SERVER),
            new MongoNotPrimaryException(new BsonDocument(), SERVER),
            command(91), // shutdown in progress
            command(189))) { // primary stepped down
      var sorted =
          assertInstanceOf(DependencyUnavailableException.class, MongoFailures.sorted(outage));
      assertEquals("mongodb", sorted.dependency());
      assertSame(outage, sorted.getCause());
    }
  }

  @Test
  void aDuplicateIsToldApart() {
    var write =
        new MongoWriteException(
            new WriteError(11000, "E11000 duplicate key", new BsonDocument()), SERVER, Set.of());
    assertInstanceOf(DuplicateKeyException.class, MongoFailures.sorted(write));
    assertInstanceOf(DuplicateKeyException.class, MongoFailures.sorted(command(11000)));
  }

  @Test
  void everythingElseIsARefusal() {
    assertInstanceOf(MongoRefusedException.class, MongoFailures.sorted(command(2)));
    assertInstanceOf(
        MongoRefusedException.class,
        MongoFailures.sorted(
            new MongoWriteException(
                new WriteError(121, "validation", new BsonDocument()), SERVER, Set.of())));
  }

  @Test
  void wrongCredentialsAreARefusalBecauseWaitingCannotHelp() {
    for (MongoException wrong :
        List.of(
            new MongoSecurityException(null, "wrong password", new RuntimeException()),
            command(18),
            command(13))) {
      var sorted = assertInstanceOf(MongoRefusedException.class, MongoFailures.sorted(wrong));
      assertTrue(MongoFailures.isForbidden(sorted));
    }
    assertFalse(MongoFailures.isForbidden(command(2)));
  }

  private static MongoCommandException command(int code) {
    return new MongoCommandException(
        new BsonDocument("ok", new BsonInt32(0)).append("code", new BsonInt32(code)), SERVER);
  }
}
