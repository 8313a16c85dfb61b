package io.weir.entity;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.weir.entity", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {

  @ArchTest
  static final ArchRule PIPELINE_STEPS_ARE_PURE =
      noClasses()
          .that()
          .resideInAPackage("..entity.pipeline..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..entity.store..",
              "..entity.http..",
              "..entity.handler..",
              "..entity.search..",
              "..entity.config..",
              "io.weir.messaging..",
              "io.weir.platform..",
              "io.weir.proto..",
              "com.mongodb..",
              "io.helidon..",
              "org.apache.lucene..",
              "org.slf4j..",
              "java.io..",
              "java.net..",
              "java.nio.file..");

  @ArchTest
  static final ArchRule ONLY_THE_STORE_KNOWS_MONGODB =
      noClasses()
          .that()
          .resideOutsideOfPackage("..entity.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.mongodb..", "org.bson..");

  @ArchTest
  static final ArchRule ONLY_THE_SEARCH_ROOM_KNOWS_LUCENE =
      noClasses()
          .that()
          .resideOutsideOfPackage("..entity.search..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.lucene..");

  @ArchTest
  static final ArchRule NO_BROKER_CLIENT =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("io.nats..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.weir.entity.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_SLEEPING =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
