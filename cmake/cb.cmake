# The two shapes of this project: a module of common/ and a tool.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
option(BUILD_TESTING "Build the tests" ON)
option(CB_BENCH "Build what tests/bench/run compares cb with" OFF)
option(CB_WERROR "Treat warnings as errors" OFF)

# A tool starts in half the time when the dynamic loader has only libc to bind.
option(CB_LINK_STATIC "Link all libraries but libc into the programs" ON)
if(CB_LINK_STATIC)
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-static-libstdc++ -static-libgcc
                   -Wl,--gc-sections,-z,pack-relative-relocs,-z,noseparate-code)
  find_library(SQLite3_LIBRARY NAMES libsqlite3.a sqlite3)
  find_library(UTF8PROC_LIBRARY NAMES libutf8proc.a utf8proc REQUIRED)
  find_library(ZSTD_LIBRARY NAMES libzstd.a zstd REQUIRED)
endif()
find_package(SQLite3 3.38 REQUIRED)
if(CB_LINK_STATIC)
  target_link_libraries(SQLite::SQLite3 INTERFACE m ${CMAKE_DL_LIBS})
endif()
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_library(UTF8PROC_LIBRARY utf8proc REQUIRED)
find_library(ZSTD_LIBRARY zstd REQUIRED)                       # these two for cb-backup only
find_package(OpenSSL 1.1.1 REQUIRED COMPONENTS Crypto)
find_package(CURL 7.85 REQUIRED)  # for helpers only

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CB_WERROR)
  add_compile_options(-Werror)
endif()
# cb_module(NAME [USES module…] SOURCES file… [LINKS target…]): the static library cb_NAME of common/NAME.
function(cb_module name)
  cmake_parse_arguments(arg "" "" "USES;SOURCES;LINKS" ${ARGN})
  list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/common/${name}/)
  add_library(cb_${name} STATIC ${arg_SOURCES})
  target_include_directories(cb_${name} PUBLIC ${CMAKE_SOURCE_DIR}/common)
  list(TRANSFORM arg_USES PREPEND cb_)
  target_link_libraries(cb_${name} PUBLIC ${arg_USES} ${arg_LINKS} nlohmann_json::nlohmann_json)
endfunction()

# A program that is written in one go lies in larger pieces of memory than what a linker leaves: its
# start takes a tenth less.
function(cb_write_at_once name)
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND cp $<TARGET_FILE:${name}> $<TARGET_FILE:${name}>.new
    COMMAND mv $<TARGET_FILE:${name}>.new $<TARGET_FILE:${name}>)
endfunction()

# cb_tool(NAME [LINKS target…] SOURCES file…): the binary NAME from tools/NAME: main.cc over the library NAME_logic.
function(cb_tool name)
  cmake_parse_arguments(arg "" "" "LINKS;SOURCES" ${ARGN})
  list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/tools/${name}/)
  add_library(${name}_logic STATIC ${arg_SOURCES})
  target_include_directories(${name}_logic PUBLIC ${CMAKE_SOURCE_DIR}/tools/${name})
  target_link_libraries(${name}_logic PUBLIC cb_flow cb_cli ${arg_LINKS})
  add_executable(${name} ${CMAKE_SOURCE_DIR}/tools/${name}/main.cc)
  target_link_libraries(${name} PRIVATE ${name}_logic)
  cb_write_at_once(${name})
  set_property(GLOBAL APPEND PROPERTY CB_TOOLS ${name})
endfunction()
