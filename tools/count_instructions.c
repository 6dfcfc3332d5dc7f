/* A plugin of QEMU (7.2 and later) that counts the instructions of a program in user mode:
 *
 *     gcc -shared -fPIC -O2 -o count_instructions.so tools/count_instructions.c
 *     qemu-aarch64 -plugin ./count_instructions.so PROGRAM
 *
 * The declarations are those of QEMU's interface, version 1, because Debian's qemu-user has no header. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

extern size_t qemu_plugin_tb_n_insns(const void *block);
extern void qemu_plugin_register_vcpu_tb_exec_inline(void *block, int operation, void *counter, uint64_t by);
extern void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t plugin, void (*call)(uint64_t, void *));
extern void qemu_plugin_register_atexit_cb(uint64_t plugin, void (*call)(uint64_t, void *), void *data);

int qemu_plugin_version = 1;

enum { ADD = 0 };

/* Not exact for several threads. */
static uint64_t instructions;

static void translated(uint64_t plugin, void *block) {
    qemu_plugin_register_vcpu_tb_exec_inline(block, ADD, &instructions, qemu_plugin_tb_n_insns(block));
}

static void ended(uint64_t plugin, void *data) {
    fprintf(stderr, "instructions: %llu\n", (unsigned long long)instructions);
}

int qemu_plugin_install(uint64_t plugin, const void *info, int argc, char **argv) {
    qemu_plugin_register_vcpu_tb_trans_cb(plugin, translated);
    qemu_plugin_register_atexit_cb(plugin, ended, NULL);
    return 0;
}
