package io.weir.messaging;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.weir.messaging",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class WallsTest {
  @ArchTest
  static final ArchRule ONLY_THE_JETSTREAM_ROOM_KNOWS_THE_CLIENT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.weir.messaging.jetstream..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nats..");

  @ArchTest
  static final ArchRule ONLY_THE_RUNTIME_READS_THE_ENVIRONMENT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.weir.messaging.runtime")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  @ArchTest
  static final ArchRule NOBODY_SLEEPS =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.weir.messaging.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule SECRETS_KNOWS_NO_OTHER_ROOM =
      noClasses()
          .that()
          .resideInAPackage("io.weir.messaging.secret")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.weir.messaging",
              "io.weir.messaging.flow..",
              "io.weir.messaging.jetstream..",
              "io.weir.messaging.runtime..",
              "java.net..",
              "java.nio.file..",
              "org.slf4j..");

  @ArchTest
  static final ArchRule FLOW_IS_ARITHMETIC =
      noClasses()
          .that()
          .resideInAPackage("io.weir.messaging.flow")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io..", "java.net..", "io.helidon..", "io.opentelemetry..");
}
