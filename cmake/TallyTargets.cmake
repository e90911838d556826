# The two kinds of target in this project: rooms and their tests. A source file belongs to the room
# whose folder it lies in, so that moving a file is all it takes to move a dependency.

# Flags of our own code. Third-party headers are SYSTEM and exempt.
add_library(tally_flags INTERFACE)
target_compile_options(tally_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
if(TALLY_WERROR)
  target_compile_options(tally_flags INTERFACE -Werror)
endif()

# Half the time of compiling most files here is parsing the same headers. Rooms share one parsed
# copy of them, tests another: each belongs to an empty target of its own, so that no room waits for
# another's sources. The preset `dev` does not precompile, so a source that forgets an include does
# not compile there.
function(tally_precompile target kind) # kind: room, test
  if(NOT TALLY_PRECOMPILE)
    return()
  endif()
  set(owner tally_${kind}_headers)
  if(NOT TARGET ${owner})
    file(WRITE ${PROJECT_BINARY_DIR}/${owner}.cc "int main() { return 0; }\n")
    if(kind STREQUAL "test")
      # As a program: code of programs and of libraries cannot share what was parsed.
      add_executable(${owner} ${PROJECT_BINARY_DIR}/${owner}.cc)
      tally_unoptimised(${owner})
      target_link_libraries(${owner} PRIVATE GTest::gmock)
      target_precompile_headers(${owner} PRIVATE <gtest/gtest.h>)
    else()
      add_library(${owner} STATIC ${PROJECT_BINARY_DIR}/${owner}.cc)
    endif()
    target_link_libraries(${owner} PRIVATE tally_flags)
    target_precompile_headers(${owner} PRIVATE
      <algorithm> <map> <memory> <optional> <set> <string> <utility> <vector>
      <absl/status/statusor.h> <absl/strings/str_cat.h>)
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

# Parsing and instantiating the same templates in every file is what compiling costs. With
# TALLY_UNITY the compiler reads several files of a folder at once, so names in their anonymous
# namespaces must differ within it. The preset `dev` compiles each file by itself, so a file
# that leans on its neighbours does not compile there.
function(tally_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${TALLY_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# What is tested is optimised; the tests themselves need not be, and compile in half the time.
function(tally_unoptimised target)
  if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    target_compile_options(${target} PRIVATE -O0 -g0 -U_FORTIFY_SOURCE)
  endif()
endfunction()

# tally_room(NAME [DEPENDS target...] [PRIVATE_DEPENDS target...] [SOURCES generated...]
#            [ONLY file...] [EXCLUDE file...] [UNITY [ALONE regex...]])
# One library of all .cc files in this folder. Includes are written from the root of the tree. A room
# of which a part must be linkable without the rest is two: ONLY names that part, EXCLUDE leaves it
# out of the other. UNITY reads several files at once; those that ALONE matches have the same names
# by nature, such as what each command does, and are read one by one.
function(tally_room name)
  cmake_parse_arguments(ROOM "UNITY" "" "SOURCES;ONLY;EXCLUDE;ALONE;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(ROOM_ONLY)
    list(TRANSFORM ROOM_ONLY PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE sources)
  endif()
  list(TRANSFORM ROOM_EXCLUDE PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  if(ROOM_EXCLUDE)
    list(REMOVE_ITEM sources ${ROOM_EXCLUDE})
  endif()
  list(FILTER sources EXCLUDE REGEX "_?main\\.cc$")
  if(NOT sources AND NOT ROOM_SOURCES)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}_empty.cc "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/${name}_empty.cc)
  endif()
  add_library(${name} STATIC ${sources} ${ROOM_SOURCES})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                            $<INSTALL_INTERFACE:include/tallystick>)
  target_link_libraries(${name} PUBLIC ${ROOM_DEPENDS}
                                PRIVATE ${ROOM_PRIVATE_DEPENDS} $<BUILD_INTERFACE:tally_flags>)
  tally_precompile(${name} room)
  if(ROOM_UNITY)
    tally_unity(${name})
    foreach(regex IN LISTS ROOM_ALONE)
      set(alone ${sources})
      list(FILTER alone INCLUDE REGEX ${regex})
      set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endforeach()
  endif()
endfunction()

# tally_test(NAME FOLDER folder DEPENDS target... [TIMEOUT s] [LABELS label...])
# One program of all *_test.cc files in tests/FOLDER, run case by case by ctest.
function(tally_test name)
  cmake_parse_arguments(UNIT "" "TIMEOUT;FOLDER" "DEPENDS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${UNIT_FOLDER}/*_test.cc)
  file(GLOB support CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${UNIT_FOLDER}/*_support.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources} ${support})
  target_link_libraries(${name} PRIVATE ${UNIT_DEPENDS} tally_flags GTest::gtest_main GTest::gmock)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  tally_unoptimised(${name})
  tally_precompile(${name} test)
  tally_unity(${name})
  target_compile_definitions(${name} PRIVATE TALLY_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             TALLY_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(NOT UNIT_TIMEOUT)
    set(UNIT_TIMEOUT 600)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${UNIT_TIMEOUT} LABELS "${UNIT_LABELS}")
endfunction()
