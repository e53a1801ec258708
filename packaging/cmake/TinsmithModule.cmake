# SPDX-License-Identifier: Apache-2.0
# How the house is built: one static library per module, which names the modules it may see.
# A module links only what it names, so an include against the arrows of ARCHITECTURE.md fails to link.

add_library(tinsmith_options INTERFACE)
target_include_directories(tinsmith_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(tinsmith_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor>
  $<$<BOOL:${TINSMITH_WERROR}>:-Werror>)
if(TINSMITH_SANITIZE)
  target_compile_options(tinsmith_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(tinsmith_options INTERFACE -fsanitize=address,undefined)
endif()

# tinsmith_module(NAME [DEPENDS module...] [LIBRARIES target...] [PRIVATE_LIBRARIES target...])
# Builds tinsmith_NAME from all sources below the current folder.
function(tinsmith_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;PRIVATE_LIBRARIES;SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  add_library(tinsmith_${name} STATIC ${sources} ${arg_SOURCES})
  set_target_properties(tinsmith_${name} PROPERTIES LINKER_LANGUAGE CXX)
  list(TRANSFORM arg_DEPENDS PREPEND tinsmith_)
  target_link_libraries(tinsmith_${name} PUBLIC tinsmith_options ${arg_DEPENDS} ${arg_LIBRARIES})
  target_link_libraries(tinsmith_${name} PRIVATE ${arg_PRIVATE_LIBRARIES})
endfunction()
