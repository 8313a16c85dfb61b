package io.weir.platform;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WallsTest {
  private final JavaClasses platform =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.weir.platform");

  @Test
  void theBrokersClientIsNowhere() {
    noClasses().should().dependOnClassesThat().resideInAPackage("io.nats..").check(platform);
  }

  @Test
  void mongoDbStaysInTheRoomsThatStore() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.weir.platform.mongo..", "io.weir.platform.work..", "io.weir.platform.usage..")
        // Of the room of access the store alone: who may come in is decided without a database.
        .and()
        .doNotHaveFullyQualifiedName("io.weir.platform.access.ApiKeys")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.mongodb..", "org.bson..", "org.reactivestreams..")
        .check(platform);
  }

  @Test
  void theModelClientsLibraryStaysInItsRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.weir.platform.llm..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.openai..", "okhttp3..", "com.knuddels..")
        .check(platform);
  }

  @Test
  void theTokenLibraryStaysInItsRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.weir.platform.token..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.nimbusds..")
        .check(platform);
  }

  /** The pure steps of the services may know it, so it must be as pure as they are. */
  @Test
  void theFormOfAnAnswerIsPure() {
    classes()
        .that()
        .resideInAPackage("io.weir.platform.llm.answer..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java.lang..",
            "java.util..",
            "io.weir.platform.llm.answer..",
            "com.fasterxml.jackson.databind..",
            "org.jspecify..")
        .check(platform);
  }

  @Test
  void theHttpServerStaysInItsRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.weir.platform.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon..")
        .check(platform);
  }

  @Test
  void secretsAreComparedInConstantTimeOnly() {
    classes()
        .that()
        .haveFullyQualifiedName("io.weir.platform.access.KeyText")
        .should()
        .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
        .check(platform);
    noClasses()
        .that()
        .resideInAPackage("io.weir.platform.access..")
        .should()
        .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
        .check(platform);
  }

  @Test
  void contractsNameAndNothingElse() {
    classes()
        .that()
        .resideInAPackage("io.weir.platform.contract..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "io.weir.platform.contract..",
            "io.weir.messaging..",
            "io.weir.proto..",
            "com.google.protobuf..",
            "org.jspecify..")
        .check(platform);
  }

  @Test
  void nobodyReadsTheEnvironmentOrSleeps() {
    noClasses().should().callMethod(System.class, "getenv").check(platform);
    noClasses().should().callMethod(System.class, "getenv", String.class).check(platform);
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(platform);
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .check(platform);
  }

  @Test
  void roomsDependOnEachOtherOneWayOnly() {
    slices().matching("io.weir.platform.(*)..").should().beFreeOfCycles().check(platform);
  }
}
