# SPDX-License-Identifier: Apache-2.0
# tinsmith_embed(TARGET FUNCTION BASE file...)
# Compiles text files into TARGET: `std::span<const tinsmith::EmbeddedFile> tinsmith::FUNCTION()`
# (core/graph/embedded.h), each with its path relative to BASE. No file may hold the text `)tsm~"`.

set(TINSMITH_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/EmbedFilesScript.cmake)

function(tinsmith_embed target function base)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${function}.list)
  list(JOIN ARGN "\n" content)
  file(CONFIGURE OUTPUT ${list} CONTENT "${content}\n" @ONLY)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DFUNCTION=${function} -DBASE=${base} -DLIST=${list}
            -P ${TINSMITH_EMBED_SCRIPT}
    DEPENDS ${ARGN} ${list} ${TINSMITH_EMBED_SCRIPT} COMMENT "Embedding ${function}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
